// What the tests of phoenix.js share: sockets that end with their test, and events as promises.
import { Socket } from "phoenix";
import WebSocket from "ws";

export const fixtureUrl = process.env.FIXTURE_URL;

/** Guards a test against an event that never comes. Nothing waits for this time to pass. */
export const limit = { timeout: 20_000 };

/** A connected phoenix.js socket that comes back and rejoins quickly. It is closed when the test ends. */
export function connect(t, { params = {}, url = fixtureUrl } = {}) {
  const socket = new Socket(`${url.replace(/^http/, "ws")}/socket`, {
    transport: WebSocket,
    params,
    reconnectAfterMs: () => 50,
    rejoinAfterMs: () => 50,
  });
  t.after(() => new Promise((closed) => socket.disconnect(closed)));
  socket.connect();
  return socket;
}

/** The outcome of a push or a join: {status, response}. */
export function outcome(push) {
  return new Promise((resolve) => {
    for (const status of ["ok", "error", "timeout"]) push.receive(status, (response) => resolve({ status, response }));
  });
}

/** A joined channel. */
export async function join(socket, topic, params = {}) {
  const channel = socket.channel(topic, params);
  const { status, response } = await outcome(channel.join());
  if (status !== "ok") throw new Error(`joining ${topic}: ${status} ${JSON.stringify(response)}`);
  return channel;
}

/** Collects what a subscription calls back with: `await events.next()` is the next one, in order. */
export function collect(subscribe) {
  const events = [], waiting = [];
  subscribe((event) => (waiting.length > 0 ? waiting.shift()(event) : events.push(event)));
  return {
    next: () => (events.length > 0 ? Promise.resolve(events.shift()) : new Promise((resolve) => waiting.push(resolve))),
    get unread() { return [...events]; },
  };
}

/** The payloads of a channel's event. */
export const listen = (channel, event) => collect((callback) => channel.on(event, callback));

/** The responses to a channel's joins from now on: phoenix.js rejoins by itself. */
export const rejoins = (channel) => collect((callback) => channel.joinPush.receive("ok", callback));

export const bytes = (...values) => new Uint8Array(values).buffer;
