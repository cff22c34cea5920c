import assert from "node:assert/strict";
import test from "node:test";
import { connect, limit, outcome } from "./support.mjs";

test("a join is answered with the channel's response", limit, async (t) => {
  const channel = connect(t).channel("room:js_join", { echo: { deep: ["ä", 1.5, null] } });

  assert.deepEqual(await outcome(channel.join()), { status: "ok", response: { echo: { deep: ["ä", 1.5, null] } } });
  assert.equal(channel.state, "joined");
});

test("a refused join tells the reason", limit, async (t) => {
  const channel = connect(t).channel("room:js_refused", { deny: true });

  assert.deepEqual(await outcome(channel.join()), { status: "error", response: { reason: "unauthorized" } });
  assert.equal(channel.state, "errored");
});

test("a topic that no channel matches cannot be joined", limit, async (t) => {
  const channel = connect(t).channel("nowhere:1");

  assert.deepEqual(await outcome(channel.join()), { status: "error", response: { reason: "unmatched topic" } });
});

test("what the channel pushes after the join arrives", limit, async (t) => {
  const channel = connect(t, { params: { user: "js_greeted" } }).channel("room:js_greeted", { greet: true });
  const greeted = new Promise((resolve) => channel.on("greeting", resolve));

  channel.join();
  assert.deepEqual(await greeted, { hello: "js_greeted" });
});
