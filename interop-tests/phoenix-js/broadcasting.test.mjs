import assert from "node:assert/strict";
import test from "node:test";
import { connect, fixtureUrl, join, limit, listen, outcome } from "./support.mjs";

const threeClients = (t, topic) => Promise.all([1, 2, 3].map(() => join(connect(t), topic)));

test("a broadcast reaches all three clients, the sender too, in the order of sending", limit, async (t) => {
  const channels = await threeClients(t, "room:js_shout");
  const heard = channels.map((channel) => listen(channel, "shout"));

  channels[0].push("shout", { n: 1 });
  channels[0].push("shout", { n: 2 });
  for (const shouts of heard) assert.deepEqual([await shouts.next(), await shouts.next()], [{ n: 1 }, { n: 2 }]);
});

test("a broadcast from a client passes its sender by", limit, async (t) => {
  const channels = await threeClients(t, "room:js_shout_from");
  const [own, ...others] = channels.map((channel) => listen(channel, "shout"));

  channels[0].push("shout_from", { n: 1 });
  for (const shouts of others) assert.deepEqual(await shouts.next(), { n: 1 });
  await outcome(channels[0].push("echo", {}));
  assert.deepEqual(own.unread, []);
});

test("a broadcast from outside any channel reaches all three clients", limit, async (t) => {
  const channels = await threeClients(t, "room:js_outside");
  const heard = channels.map((channel) => listen(channel, "news"));

  const body = JSON.stringify({ headline: "hello" });
  await fetch(`${fixtureUrl}/api/broadcast?topic=room:js_outside&event=news`, { method: "POST", headers: { "content-type": "application/json" }, body });
  for (const news of heard) assert.deepEqual(await news.next(), { headline: "hello" });
});
