// What the tests of phoenix.js share: sockets that end with their test, and events as promises.
import "./browser.mjs";

export const fixtureUrl = process.env.FIXTURE_URL;

/** Guards a test against an event that never comes. Nothing waits for this time to pass. */
export const limit = { timeout: 60_000 };

/** Soon at first, but never for long before a slow server can have answered. */
const backOff = (tries) => Math.min(10 * 2 ** tries, 1000);

/** A connected socket of some line, which comes back and rejoins quickly. It is closed when the test ends. */
export function connect(t, Socket, { url = fixtureUrl, ...options } = {}) {
  const socket = new Socket(`${url.replace(/^http/, "ws")}/socket`, { reconnectAfterMs: backOff, rejoinAfterMs: backOff, ...options });
  t.after(() => { socket.disconnect(); });
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

/** The answers of that status to the joins that phoenix.js makes by itself from now on. */
export function rejoins(channel, status = "ok") {
  let later = false; // `receive` calls back at once with an answer that is there already
  const answers = collect((callback) => channel.joinPush.receive(status, (response) => { if (later) callback(response); }));
  later = true;
  return answers;
}

export const opens = (socket) => collect((callback) => socket.onOpen(callback));

export const closes = (socket) => collect((callback) => socket.onClose(callback));

export const errors = (source) => collect((callback) => source.onError(callback));

export const bytes = (...values) => new Uint8Array(values).buffer;
