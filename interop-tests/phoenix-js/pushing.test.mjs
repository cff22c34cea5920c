import assert from "node:assert/strict";
import test from "node:test";
import { connect, join, limit, listen, outcome } from "./support.mjs";

test("a push is answered with ok", limit, async (t) => {
  const channel = await join(connect(t), "room:js_push_ok");

  assert.deepEqual(await outcome(channel.push("echo", { text: "grüße" })), { status: "ok", response: { text: "grüße" } });
});

test("a push is answered with an error", limit, async (t) => {
  const channel = await join(connect(t), "room:js_push_error");

  assert.deepEqual(await outcome(channel.push("echo_error", { code: 7 })), { status: "error", response: { code: 7 } });
});

test("a push that nobody answers times out", limit, async (t) => {
  const channel = await join(connect(t), "room:js_push_timeout");

  assert.equal((await outcome(channel.push("noreply", {}, 100))).status, "timeout");
});

test("pushes made before the join is answered are sent after it", limit, async (t) => {
  const channel = connect(t).channel("room:js_push_early");
  channel.join();

  assert.deepEqual(await outcome(channel.push("incr", {})), { status: "ok", response: { counter: 1 } });
});

test("the server pushes to one client", limit, async (t) => {
  const channel = await join(connect(t), "room:js_pushed");
  const pushed = listen(channel, "pushed");

  channel.push("push_me", { n: 1 });
  assert.deepEqual(await pushed.next(), { n: 1 });
});
