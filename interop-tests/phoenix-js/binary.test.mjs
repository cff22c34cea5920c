import assert from "node:assert/strict";
import test from "node:test";
import { bytes, connect, join, limit, listen, outcome } from "./support.mjs";

test("a binary push gets a binary reply", limit, async (t) => {
  const channel = await join(connect(t), "room:js_binary_echo");

  assert.deepEqual(await outcome(channel.push("echo", bytes(0, 1, 2, 127, 128, 255))), { status: "ok", response: bytes(0, 1, 2, 127, 128, 255) });
});

test("a binary broadcast reaches every client", limit, async (t) => {
  const channels = await Promise.all([1, 2].map(() => join(connect(t), "room:js_binary_shout")));
  const heard = channels.map((channel) => listen(channel, "shout"));

  channels[0].push("shout", bytes(255, 0, 10));
  for (const shouts of heard) assert.deepEqual(await shouts.next(), bytes(255, 0, 10));
});

test("the server pushes binary data to one client", limit, async (t) => {
  const channel = await join(connect(t), "room:js_binary_pushed");
  const pushed = listen(channel, "pushed");

  channel.push("push_me", bytes(1, 2, 3));
  assert.deepEqual(await pushed.next(), bytes(1, 2, 3));
});
