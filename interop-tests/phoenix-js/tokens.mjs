// What the tests of bearer tokens share: the application that takes them, and its tokens.
import assert from "node:assert/strict";
import "./browser.mjs";
import { LongPoll, Socket } from "phoenix";
import { connect, errors, opens } from "./support.mjs";

const url = process.env.TOKEN_URL;

export const tokens = JSON.parse(process.env.TOKENS);

export const transports = [["WebSocket", WebSocket], ["long poll", LongPoll]];

/** A socket of those with a valid token alone. */
export const guarded = (t, transport, authToken) => socketAt(t, "guarded", transport, authToken);

/** A socket of everybody. */
export const open = (t, transport, authToken) => socketAt(t, "open", transport, authToken);

const socketAt = (t, mount, transport, authToken) => connect(t, Socket, { url: `${url}/${mount}`, transport, authToken });

/** What becomes of a socket's next try to connect. */
export async function attempt(socket) {
  const opened = opens(socket), failed = errors(socket);
  return Promise.race([opened.next().then(() => "open"), failed.next().then((error) => `error: ${error.message ?? error}`)]);
}

/** How phoenix.js tells that the server answered 401. */
export const unauthenticated = (transport) => (transport === LongPoll ? "error: 500" : "error: Unexpected server response: 401");

/** The server ends the user's connections. */
export const disconnect = (user) => request("POST", `/disconnect/${user}`);

/** A new token that counts until somebody calls `expire`. */
export const briefToken = (user) => request("GET", `/brief/${user}`);

export const expire = () => request("POST", "/expire");

async function request(method, path) {
  const response = await fetch(`${url}${path}`, { method });
  assert.equal(response.status, 200);
  return response.text();
}
