// What phoenix.js does over long poll alone, be there one server or several behind one address.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LongPoll, Presence, Socket } from "phoenix";
import { collect, connect, join, limit, listen, outcome } from "./support.mjs";

/** Like no user whom other tests disconnect, on whatever node. */
const userOf = (name) => `js_poll_${name}`;

const poll = (t, name) => connect(t, Socket, { transport: LongPoll, params: { user: userOf(name) } });

describe("long poll", { concurrency: 5 }, () => {
  test("pushes are answered in order", limit, async (t) => {
    const channel = await join(poll(t, "ann"), "room:js_poll_answers");
    const answers = await Promise.all(Array.from({ length: 20 }, () => outcome(channel.push("incr", {}))));
    assert.deepEqual(answers, answers.map((_, i) => ({ status: "ok", response: { counter: i + 1 } })));
  });

  test("a refused join and an error come through", limit, async (t) => {
    const socket = poll(t, "ann");
    assert.deepEqual(await outcome(socket.channel("room:js_poll_denied", { deny: true }).join()), { status: "error", response: { reason: "unauthorized" } });
    const channel = await join(socket, "room:js_poll_errors");
    assert.deepEqual(await outcome(channel.push("echo_error", { n: 1 })), { status: "error", response: { n: 1 } });
  });

  test("clients hear each other's broadcasts, once and in order", limit, async (t) => {
    const channels = await Promise.all(["ann", "bob", "cid", "dan"].map((name) => join(poll(t, name), "room:js_poll_broadcasts")));
    const heard = channels.map((channel) => listen(channel, "shout"));
    for (const [by, channel] of channels.entries()) {
      for (let n = 1; n <= 10; n++) channel.push("shout", { by, n });
    }
    for (const shouts of heard) {
      const all = [];
      while (all.length < 10 * channels.length) all.push(await shouts.next());
      for (const by of channels.keys()) assert.deepEqual(all.filter((shout) => shout.by === by).map(({ n }) => n), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }

    await outcome(channels[0].push("shout_and_reply", { last: true }));
    for (const shouts of heard) assert.deepEqual(await shouts.next(), { last: true });
  });

  test("a whisper reaches one user", limit, async (t) => {
    const [ann, bob] = await Promise.all(["ann", "bob"].map((name) => join(poll(t, name), "room:js_poll_whispers")));
    const [atAnn, atBob] = [ann, bob].map((channel) => listen(channel, "secret"));
    ann.push("whisper", { to: userOf("bob"), text: "psst" });
    assert.deepEqual(await atBob.next(), { text: "psst" });
    ann.push("whisper", { to: userOf("ann"), text: "me" });
    assert.deepEqual(await atAnn.next(), { text: "me" });
  });

  test("everybody's list shows who is there", limit, async (t) => {
    const topic = "presence:js_poll";
    const enter = async (name) => {
      const socket = poll(t, name), channel = socket.channel(topic, { key: name }), presence = new Presence(channel);
      const changes = collect((callback) => presence.onSync(callback));
      assert.equal((await outcome(channel.join())).status, "ok");
      return { channel, shows: async (...people) => { while (presence.list((key) => key).sort().join() !== people.join()) await changes.next(); } };
    };

    const ann = await enter("ann");
    await ann.shows("ann");
    const bob = await enter("bob");
    for (const one of [ann, bob]) await one.shows("ann", "bob");
    const cid = await enter("cid");
    for (const one of [ann, bob, cid]) await one.shows("ann", "bob", "cid");
    await outcome(bob.channel.leave());
    for (const one of [ann, cid]) await one.shows("ann", "cid");
  });
});
