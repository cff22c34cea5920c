import assert from "node:assert/strict";
import test from "node:test";
import { collect, connect, join, limit, outcome, rejoins } from "./support.mjs";

test("a crashed channel tells the client, which rejoins by itself and starts afresh", limit, async (t) => {
  const channel = await join(connect(t), "room:js_crash");
  const errors = collect((callback) => channel.onError(callback));
  const rejoined = rejoins(channel);
  await outcome(channel.push("incr", {}));

  channel.push("raise", {});
  await errors.next();
  await rejoined.next();
  assert.deepEqual(await outcome(channel.push("incr", {})), { status: "ok", response: { counter: 1 } });
});

test("a crash leaves the socket's other channels alone", limit, async (t) => {
  const socket = connect(t);
  const crashing = await join(socket, "room:js_crash_one");
  const other = await join(socket, "room:js_crash_other");
  const errors = collect((callback) => crashing.onError(callback));
  await outcome(other.push("incr", {}));

  crashing.push("raise", {});
  await errors.next();
  assert.deepEqual(await outcome(other.push("incr", {})), { status: "ok", response: { counter: 2 } });
});
