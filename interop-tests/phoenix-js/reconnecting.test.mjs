import assert from "node:assert/strict";
import test from "node:test";
import { freePort, startServer } from "./server.mjs";
import { collect, connect, fixtureUrl, join, limit, outcome, rejoins } from "./support.mjs";

const closes = (socket) => collect((callback) => socket.onClose(callback));
const echo = (channel) => outcome(channel.push("echo", { back: true }));
const echoed = { status: "ok", response: { back: true } };

test("a client that the server disconnects comes back and rejoins by itself", limit, async (t) => {
  const socket = connect(t, { params: { user: "js_disconnected" } });
  const channel = await join(socket, "room:js_disconnected");
  const closed = closes(socket), rejoined = rejoins(channel);

  await fetch(`${fixtureUrl}/api/disconnect?user=js_disconnected`, { method: "POST" });
  assert.equal((await closed.next()).code, 1001);
  await rejoined.next();
  assert.deepEqual(await echo(channel), echoed);
});

test("a client comes back and rejoins by itself after a restart of the server", limit, async (t) => {
  const port = await freePort();
  const server = await startServer(t, port);
  const socket = connect(t, { url: server.url });
  const channel = await join(socket, "room:js_restart");
  const closed = closes(socket), rejoined = rejoins(channel);

  await server.stop();
  await closed.next();
  assert.equal(socket.isConnected(), false);

  await startServer(t, port);
  await rejoined.next();
  assert.deepEqual(await echo(channel), echoed);
});
