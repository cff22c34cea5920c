// The Presence of phoenix.js, newest and oldest, keeps lists that are what is really there.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { startProxy } from "./proxy.mjs";
import { collect, connect, fixtureUrl, limit, listen, outcome, rejoins } from "./support.mjs";

/** Guards against a list that stays wrong, to tell how it is wrong. Nothing waits for this time to pass. */
const patience = limit.timeout / 2;

const load = async (name) => { const client = await import(name); return client.default ?? client; };
const newest = await load("phoenix"), oldest = await load("phoenix-1.2");

/** By name, the clients that one test's windows have, in turn. */
const casts = { "phoenix 1.8": [newest], "phoenix 1.2": [oldest], "phoenix 1.8 and 1.2 together": [newest, oldest] };

for (const [name, clients] of Object.entries(casts)) {
  describe(name, { concurrency: 4 }, () => {
    const inRoom = (sentence, body) => test(sentence, limit, (t) => body(new Room(t, `presence:js ${name}: ${sentence}`, clients), t));

    inRoom("people come and go, and everybody's list shows who is there", async (room) => {
      const ann = await room.enter("ann");
      await room.agrees({ ann: [{}] });
      const bob = await room.enter("bob", { away: false });
      await room.agrees({ ann: [{}], bob: [{ away: false }] });
      const cid = await room.enter("cid");
      await room.agrees({ ann: [{}], bob: [{ away: false }], cid: [{}] });

      await bob.leave();
      await room.agrees({ ann: [{}], cid: [{}] });
      cid.close();
      await room.agrees({ ann: [{}] });

      await room.enter("bob", { away: true });
      await room.agrees({ ann: [{}], bob: [{ away: true }] });
      assert.deepEqual(ann.heard, ["ann came", "bob came", "cid came", "bob went", "cid went", "bob came"]);
    });

    inRoom("a user with two devices is listed once, and is gone with the last", async (room) => {
      const bob = await room.enter("bob");
      const laptop = await room.enter("ann", { on: "laptop" });
      await room.agrees({ bob: [{}], ann: [{ on: "laptop" }] });
      const phone = await room.enter("ann", { on: "phone" });
      await room.agrees({ bob: [{}], ann: [{ on: "laptop" }, { on: "phone" }] });

      laptop.close();
      await room.agrees({ bob: [{}], ann: [{ on: "phone" }] });
      await phone.leave();
      await room.agrees({ bob: [{}] });
      assert.deepEqual(bob.heard, ["bob came", "ann came", "ann came again", "ann went in part", "ann went"]);
    });

    inRoom("an update replaces the meta, that of one device only", async (room) => {
      const laptop = await room.enter("ann", { on: "laptop", away: false });
      const phone = await room.enter("ann", { on: "phone" });
      const bob = await room.enter("bob");
      await room.agrees({ ann: [{ on: "laptop", away: false }, { on: "phone" }], bob: [{}] });
      const [before] = laptop.metas("ann").filter(({ on }) => on === "laptop");

      await laptop.asks("update", { meta: { on: "laptop", away: true } });
      await room.agrees({ ann: [{ on: "laptop", away: true }, { on: "phone" }], bob: [{}] });
      for (const device of [laptop, phone, bob]) {
        const [after] = device.metas("ann").filter(({ on }) => on === "laptop");
        assert.equal(after.phx_ref_prev, before.phx_ref);
        assert.notEqual(after.phx_ref, before.phx_ref);
      }

      await laptop.asks("update", { meta: { on: "laptop" } });
      await bob.asks("update", { meta: { typing: true } });
      await room.agrees({ ann: [{ on: "laptop" }, { on: "phone" }], bob: [{ typing: true }] });
      await room.enter("cid");
      await room.agrees({ ann: [{ on: "laptop" }, { on: "phone" }], bob: [{ typing: true }], cid: [{}] });
      await laptop.leave();
      await room.agrees({ ann: [{ on: "phone" }], bob: [{ typing: true }], cid: [{}] });
    });

    inRoom("one channel is listed under every key that it tracks, until it untracks it or ends", async (room) => {
      const ann = await room.enter("ann");
      await room.enter("bob");
      await ann.asks("track", { key: "helper", meta: { n: 1 } });
      await ann.asks("track", { key: "bob", meta: { n: 2 } });
      await room.agrees({ ann: [{}], helper: [{ n: 1 }], bob: [{}, { n: 2 }] });

      await ann.asks("untrack", { key: "helper" });
      await ann.asks("track", { key: "watcher" });
      await room.agrees({ ann: [{}], watcher: [{}], bob: [{}, { n: 2 }] });

      ann.close();
      await room.agrees({ bob: [{}] });
    });

    inRoom("a channel that crashes is back once it has joined again, once", async (room) => {
      const ann = await room.enter("ann");
      const bob = await room.enter("bob");
      await room.agrees({ ann: [{}], bob: [{}] });
      const [{ phx_ref: before }] = ann.metas("bob");

      for (const device of [bob, ann, bob]) {
        const rejoined = rejoins(device.channel);
        device.channel.push("no_such_event", {});
        await rejoined.next();
        await room.agrees({ ann: [{}], bob: [{}] });
      }
      assert.notEqual(ann.metas("bob")[0].phx_ref, before);
    });

    inRoom("a client that loses its connection is gone; once back, it has caught up", async (room, t) => {
      const proxy = await startProxy(t, fixtureUrl);
      const ann = await room.enter("ann");
      const bob = await room.enter("bob", { n: 1 }, proxy.url);
      const cid = await room.enter("cid", { n: 2 });
      await room.agrees({ ann: [{}], bob: [{ n: 1 }], cid: [{ n: 2 }] });

      const rejoined = rejoins(bob.channel);
      proxy.cut();
      room.loses(bob);
      await room.agrees({ ann: [{}], cid: [{ n: 2 }] });
      await cid.asks("update", { meta: { n: 3 } });
      await room.agrees({ ann: [{}], cid: [{ n: 3 }] });
      await room.enter("dan");
      await ann.leave();
      await room.agrees({ cid: [{ n: 3 }], dan: [{}] });

      proxy.mend();
      await rejoined.next();
      room.findsAgain(bob);
      await room.agrees({ bob: [{ n: 1 }], cid: [{ n: 3 }], dan: [{}] });
      assert.deepEqual(bob.heard.filter((event) => /ann|dan/.test(event)).sort(), ["ann came", "ann went", "dan came"]);
    });

    inRoom("when many change at once, the lists still come out right", async (room) => {
      const people = ["ann", "bob", "cid", "dan"];
      for (const key of [...people, ...people]) await room.enter(key);
      const [ann, bob, cid, dan, ...others] = room.devices;

      for (let n = 1; n <= 10; n++) await Promise.all([ann, bob, cid, dan].map((device) => device.asks("update", { meta: { n } })));
      await Promise.all([ann.asks("track", { key: "helper" }), bob.asks("update", { meta: { away: true } }), ...others.slice(1).map((device) => device.leave()), dan.leave()]);
      await room.agrees({ ann: [{}, { n: 10 }], bob: [{ away: true }], cid: [{ n: 10 }], helper: [{}] });
    });

    test("what the server adds to an entry arrives beside the metas", limit, async (t) => {
      const room = new Room(t, `fetched:js ${name}`, clients);
      await room.enter("ann");
      const bob = await room.enter("bob", { on: "laptop" });
      await room.enter("bob", { on: "phone" });
      await room.agrees({ ann: [{}], bob: [{ on: "laptop" }, { on: "phone" }] });
      await bob.asks("update", { meta: { on: "tablet" } });
      await room.agrees({ ann: [{}], bob: [{ on: "tablet" }, { on: "phone" }] });

      const users = [["ann", { name: "User ann" }], ["bob", { name: "User bob" }]];
      for (const device of room.devices) assert.deepEqual(device.list((key, { user }) => [key, user]).sort(), users);
      assert.deepEqual(Object.entries(await bob.asks("list")).map(([key, { user }]) => [key, user]).sort(), users);
    });
  });
}

// The oldest is right only when it joins while nobody else changes, with Phoenix too: it applies a diff that comes before its state, and loses it to that.
test("with phoenix 1.8, the lists come out right when many join, change, crash and leave at once", limit, async (t) => {
  const room = new Room(t, "presence:js at once", [newest]);
  const people = ["ann", "bob", "cid", "dan"];
  for (let round = 1; round <= 5; round++) {
    const devices = await Promise.all(people.flatMap((key) => [room.enter(key, { n: 1 }), room.enter(key, { n: 2 })]));
    await room.agrees(Object.fromEntries(people.map((key) => [key, [{ n: 1 }, { n: 2 }]])));

    const [crashing, ...others] = devices;
    const rejoined = rejoins(crashing.channel);
    crashing.channel.push("no_such_event", {});
    await Promise.all([
      rejoined.next(),
      ...others.slice(0, 4).map((device) => device.asks("update", { meta: { round } })),
      ...others.slice(4).map((device) => device.leave()),
      room.enter("eve"),
    ]);
    await room.agrees({ ann: [{ n: 1 }, { round }], bob: [{ round }, { round }], cid: [{ round }], eve: [{}] });

    for (const device of room.devices) if (device !== crashing) device.close();
    await room.agrees({ ann: [{ n: 1 }] });
    await crashing.leave();
  }
});

test("with phoenix 1.8, a key may be any text", limit, async (t) => {
  const room = new Room(t, "presence:js keys", [newest]);
  const keys = ["", "__proto__", "constructor", "length", "grüße", "👩‍🚀", "\"\\/\u0000", "0"];
  for (const key of keys) await room.enter(key);
  await room.enter("constructor");
  await room.agrees(Object.fromEntries(keys.map((key) => [key, key === "constructor" ? [{}, {}] : [{}]])));

  for (const device of room.devices.slice(1)) device.close();
  await room.agrees({ "": [{}] });
});

/** A topic and the devices in it. */
class Room {
  devices = [];
  #entered = 0;

  constructor(t, topic, clients) {
    Object.assign(this, { t, topic, clients });
  }

  /** Joins with a device of the next client, and waits until it is in its own list. */
  async enter(key, meta = {}, url = fixtureUrl) {
    const { Presence, Socket } = this.clients[this.#entered++ % this.clients.length];
    const socket = connect(this.t, Socket, { url, reconnectAfterMs: (tries) => (tries === 1 ? 20 : 2000) }); // the oldest cannot send a join twice
    const device = new Device(this, Presence, socket, socket.channel(this.topic, { key, meta }));
    const diffs = listen(device.channel, "presence_diff");
    assert.equal((await outcome(device.channel.join())).status, "ok");
    while (!(await diffs.next()).joins[key]?.metas.some(({ phx_ref, ...rest }) => isDeepStrictEqual(rest, meta)));
    this.devices.push(device);
    return device;
  }

  loses = (device) => { this.devices = this.devices.filter((other) => other !== device); };

  findsAgain = (device) => { this.devices.push(device); };

  /** Waits until every device's list is this and no other, down to the refs that the server knows. */
  async agrees(expected) {
    const late = AbortSignal.timeout(patience);
    const tooLate = new Promise((resolve) => late.addEventListener("abort", resolve));
    for (const device of this.devices) {
      const isRight = async () => isDeepStrictEqual(withoutRefs(device.state), sorted(expected)) && isDeepStrictEqual(sorted(device.state), sorted(await device.asks("list")));
      while (!await isRight() && !late.aborted) await Promise.race([device.changes.next(), tooLate]);
      assert.deepEqual(withoutRefs(device.state), sorted(expected));
      assert.deepEqual(sorted(device.state), sorted(await device.asks("list")));
    }
  }
}

/** A client in the room: `state` is its list by Presence, `changes` are those of the list, `heard` is what Presence told of people. */
class Device {
  heard = [];
  #room;
  #Presence;
  #presence;

  constructor(room, Presence, socket, channel) {
    Object.assign(this, { socket, channel });
    this.#room = room;
    this.#Presence = Presence;
    const onJoin = (key, current) => this.heard.push(`${key} came${current ? " again" : ""}`);
    const onLeave = (key, current) => this.heard.push(`${key} went${current.metas.length > 0 ? " in part" : ""}`);
    if (Presence.prototype) {
      this.#presence = new Presence(channel);
      this.#presence.onJoin(onJoin);
      this.#presence.onLeave(onLeave);
      this.changes = collect((callback) => this.#presence.onSync(callback));
    } else {
      this.#presence = { state: {} };
      this.changes = collect((callback) => {
        for (const [event, sync] of [["presence_state", "syncState"], ["presence_diff", "syncDiff"]]) {
          channel.on(event, (change) => {
            this.#presence.state = Presence[sync](this.#presence.state, change, onJoin, onLeave);
            callback();
          });
        }
      });
    }
  }

  get state() { return this.#presence.state; }

  list = (chooser) => this.#Presence.list(this.state, chooser);

  metas = (key) => this.state[key].metas;

  async asks(event, params = {}) {
    const { status, response } = await outcome(this.channel.push(event, params));
    assert.equal(status, "ok");
    return response;
  }

  async leave() {
    this.#room.loses(this);
    await outcome(this.channel.leave());
  }

  close() {
    this.#room.loses(this);
    this.socket.disconnect();
  }
}

/** The metas by key, in an order of their own: that of metas under one key is no promise. */
const byKey = (state, metaOf) => Object.fromEntries(Object.keys(state).sort().map((key) => {
  const metas = state[key].metas ?? state[key];
  return [key, metas.map(metaOf).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))];
}));

const sorted = (state) => byKey(state, (meta) => meta);

const withoutRefs = (state) => byKey(state, ({ phx_ref, phx_ref_prev, ...meta }) => meta);
