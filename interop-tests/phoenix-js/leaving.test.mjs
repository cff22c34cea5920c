import assert from "node:assert/strict";
import test from "node:test";
import { connect, join, limit, listen, outcome } from "./support.mjs";

test("a leave is answered and closes the channel", limit, async (t) => {
  const channel = await join(connect(t), "room:js_leave");
  const closed = new Promise((resolve) => channel.onClose(resolve));

  assert.equal((await outcome(channel.leave())).status, "ok");
  await closed;
  assert.equal(channel.state, "closed");
});

test("who stays hears of the leave, who left hears nothing more", limit, async (t) => {
  const socket = connect(t, { params: { user: "js_leaver" } });
  const leaver = await join(socket, "room:js_left", { announce: true });
  const stayer = await join(connect(t), "room:js_left");
  const heard = listen(leaver, "shout");
  const left = listen(stayer, "left");
  const shouts = listen(stayer, "shout");

  await outcome(leaver.leave());
  assert.deepEqual(await left.next(), { user: "js_leaver" });

  stayer.push("shout", { n: 1 });
  await shouts.next();
  await join(socket, "lobby");
  assert.deepEqual(heard.unread, []);
});

test("a channel that was left can be joined again and starts afresh", limit, async (t) => {
  const socket = connect(t);
  const first = await join(socket, "room:js_again");
  await outcome(first.push("incr", {}));
  await outcome(first.leave());

  const second = await join(socket, "room:js_again");
  assert.deepEqual(await outcome(second.push("incr", {})), { status: "ok", response: { counter: 1 } });
});

test("a channel that stops closes the client's", limit, async (t) => {
  const channel = await join(connect(t), "room:js_stop");
  const closed = new Promise((resolve) => channel.onClose(resolve));

  channel.push("stop", {});
  await closed;
  assert.equal(channel.state, "closed");
});
