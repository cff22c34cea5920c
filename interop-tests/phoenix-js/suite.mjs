// What every line of phoenix.js does, unchanged, with the server.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startProxy, webSockets } from "./proxy.mjs";
import { freePort, startServer } from "./server.mjs";
import { bytes, closes, collect, connect, errors, fixtureUrl, join, limit, listen, opens, outcome, rejoins } from "./support.mjs";

/** What the newest line can do. */
const everything = {
  /** A channel whose join is refused tries again. */
  retriesRefusedJoins: true,
  /** A join that is late may be sent again. Else it never comes to an end then, so it is not sent again soon. */
  resendsJoins: true,
  /** A Close frame with the code 1000 is no reason to stay away. */
  comesBackAfterNormalClose: true,
  /** The messages of a poll are strings, as Phoenix sends them today. Else the client looks for objects, and reads nothing. */
  readsLongPoll: true,
  /** An ended session of long poll is noticed: the channels join again. Else only the session is new. */
  noticesEndOfSession: true,
  /** Pushes over long poll go in one request after the other, and in order. */
  batches: true,
  /** An ArrayBuffer is sent as it is, over WebSocket. Else it becomes the empty object in JSON. */
  binary: true,
  /** There is the option longPollFallbackMs. */
  fallsBack: true,
  /** There is the option authToken. */
  authenticates: true,
};

/** Runs the tests with the client of that line; `lacks` lists by false what it cannot do. */
export async function suite(name, lacks = {}) {
  const phoenix = await import(name);
  const { LongPoll, Socket } = phoenix.default ?? phoenix;
  const can = { ...everything, ...lacks };
  const patience = can.resendsJoins ? {} : { reconnectAfterMs: (tries) => (tries === 1 ? 20 : 2000) };
  const client = (t, options) => connect(t, Socket, { ...patience, ...options });
  const prefix = `room:js_${name}`;
  const user = (role) => `js_${name}_${role}`;

  describe(name, { concurrency: 4 }, () => {
    const transports = can.readsLongPoll ? [["WebSocket", WebSocket], ["long poll", LongPoll]] : [["WebSocket", WebSocket]];
    for (const [transportName, transport] of transports) {
      const overLongPoll = transport === LongPoll;
      const connected = (t, options) => client(t, { transport, ...options });
      const three = (t, topic) => Promise.all([1, 2, 3].map(() => join(connected(t), topic)));
      const room = (title) => `${prefix}_${transportName}_${title}`;
      const over = (sentence, body) => test(`over ${transportName}, ${sentence}`, limit, body);

      over("a join is answered with the channel's response", async (t) => {
        const channel = connected(t).channel(room("join"), { echo: { deep: ["ä", 1.5, null] } });

        assert.deepEqual(await outcome(channel.join()), { status: "ok", response: { echo: { deep: ["ä", 1.5, null] } } });
        assert.equal(channel.state, "joined");
      });

      over(`a refused join tells the reason, and ${can.retriesRefusedJoins ? "is tried again" : "is not tried again"}`, async (t) => {
        const socket = connected(t);
        const channel = socket.channel(room("refused"), { deny: true });

        assert.deepEqual(await outcome(channel.join()), { status: "error", response: { reason: "unauthorized" } });
        const refusals = rejoins(channel, "error");
        if (can.retriesRefusedJoins) {
          assert.equal(channel.state, "errored");
          assert.deepEqual(await refusals.next(), { reason: "unauthorized" });
        } else {
          // Another channel comes back meanwhile, after the same time and longer.
          const crashing = await join(socket, room("refused_meanwhile"));
          const rejoined = rejoins(crashing);
          crashing.push("raise", {});
          await rejoined.next();
          assert.deepEqual(refusals.unread, []);
          assert.equal(channel.state, "joining");
        }
      });

      over("a topic that no channel matches cannot be joined", async (t) => {
        const channel = connected(t).channel(`nowhere:${transportName}`);

        assert.deepEqual(await outcome(channel.join()), { status: "error", response: { reason: "unmatched topic" } });
      });

      over("what the channel pushes after the join arrives", async (t) => {
        const channel = connected(t, { params: { user: user("greeted") } }).channel(room("greeted"), { greet: true });
        const greeted = listen(channel, "greeting");

        channel.join();
        assert.deepEqual(await greeted.next(), { hello: user("greeted") });
      });

      over("a push is answered with ok, with an error, or times out", async (t) => {
        const channel = await join(connected(t), room("push"));

        assert.deepEqual(await outcome(channel.push("echo", { text: "grüße" })), { status: "ok", response: { text: "grüße" } });
        assert.deepEqual(await outcome(channel.push("echo_error", { code: 7 })), { status: "error", response: { code: 7 } });
        assert.equal((await outcome(channel.push("noreply", {}, 100))).status, "timeout");
      });

      over("pushes made before the join is answered are sent after it", async (t) => {
        const channel = connected(t).channel(room("push_early"));
        channel.join();

        assert.deepEqual(await outcome(channel.push("incr", {})), { status: "ok", response: { counter: 1 } });
      });

      over("the server pushes to one client", async (t) => {
        const channel = await join(connected(t), room("pushed"));
        const pushed = listen(channel, "pushed");

        channel.push("push_me", { n: 1 });
        assert.deepEqual(await pushed.next(), { n: 1 });
      });

      over("a broadcast reaches all three clients, the sender too", async (t) => {
        const channels = await three(t, room("shout"));
        const heard = channels.map((channel) => listen(channel, "shout"));

        channels[0].push("shout", { n: 1 });
        channels[0].push("shout", { n: 2 });
        for (const shouts of heard) {
          const both = [await shouts.next(), await shouts.next()];
          // Without batches, both are under way at the same time, and either may be first.
          if (overLongPoll && !can.batches) both.sort((one, other) => one.n - other.n);
          assert.deepEqual(both, [{ n: 1 }, { n: 2 }]);
        }
      });

      over("a broadcast from a client passes its sender by", async (t) => {
        const channels = await three(t, room("shout_from"));
        const [own, ...others] = channels.map((channel) => listen(channel, "shout"));

        channels[0].push("shout_from", { n: 1 });
        for (const shouts of others) assert.deepEqual(await shouts.next(), { n: 1 });
        await outcome(channels[0].push("echo", {}));
        assert.deepEqual(own.unread, []);
      });

      over("a broadcast from outside any channel reaches all three clients", async (t) => {
        const topic = room("outside");
        const heard = (await three(t, topic)).map((channel) => listen(channel, "news"));

        await post("/api/broadcast", { topic, event: "news" }, { headline: "hello" });
        for (const news of heard) assert.deepEqual(await news.next(), { headline: "hello" });
      });

      over("a leave is answered and closes the channel; who stays hears of it, who left hears nothing more, and may join afresh", async (t) => {
        const topic = room("leave");
        const socket = connected(t, { params: { user: user("leaver") } });
        const leaver = await join(socket, topic, { announce: true });
        const stayer = await join(connected(t), topic);
        const closed = collect((callback) => leaver.onClose(callback));
        const heard = listen(leaver, "shout"), left = listen(stayer, "left"), shouts = listen(stayer, "shout");
        await outcome(leaver.push("incr", {}));

        assert.equal((await outcome(leaver.leave())).status, "ok");
        await closed.next();
        assert.equal(leaver.state, "closed");
        assert.deepEqual(await left.next(), { user: user("leaver") });

        stayer.push("shout", { n: 1 });
        await shouts.next();

        // Old lines close by the leave's reply, and take the server's phx_close, which comes behind it, for the next channel's.
        await join(socket, room("fence"));
        const again = await join(socket, topic);
        assert.deepEqual(await outcome(again.push("incr", {})), { status: "ok", response: { counter: 1 } });
        assert.deepEqual(heard.unread, []);
      });

      over("a channel that stops closes the client's", async (t) => {
        const channel = await join(connected(t), room("stop"));
        const closed = collect((callback) => channel.onClose(callback));

        channel.push("stop", {});
        await closed.next();
        assert.equal(channel.state, "closed");
      });

      over("a crashed channel tells the client, which rejoins by itself and starts afresh; other channels go on", async (t) => {
        const socket = connected(t);
        const crashing = await join(socket, room("crash"));
        const other = await join(socket, room("crash_other"));
        const crashes = errors(crashing), rejoined = rejoins(crashing);
        await outcome(crashing.push("incr", {}));
        await outcome(other.push("incr", {}));

        crashing.push("raise", {});
        await crashes.next();
        await rejoined.next();
        assert.deepEqual(await outcome(crashing.push("incr", {})), { status: "ok", response: { counter: 1 } });
        assert.deepEqual(await outcome(other.push("incr", {})), { status: "ok", response: { counter: 2 } });
      });

      if (!overLongPoll || can.noticesEndOfSession) {
        over("a client that the server disconnects comes back and rejoins by itself", async (t) => {
          const socket = connected(t, { params: { user: user(`disconnected_${transportName}`) } });
          const channel = await join(socket, room("disconnected"));
          const closed = closes(socket), rejoined = rejoins(channel);

          await post("/api/disconnect", { user: user(`disconnected_${transportName}`) });
          assert.equal((await closed.next()).code, overLongPoll ? 3410 : 1001);
          await rejoined.next();
          await answers(channel);
        });
      } else {
        over("a client that the server disconnects comes back, but takes its channel for joined", async (t) => {
          const socket = connected(t, { params: { user: user(`disconnected_${transportName}`) } });
          const channel = await join(socket, room("disconnected"));
          const opened = opens(socket);

          await post("/api/disconnect", { user: user(`disconnected_${transportName}`) });
          await opened.next();
          assert.equal(channel.state, "joined");
          assert.deepEqual(await outcome(channel.push("echo", {})), { status: "error", response: { reason: "unmatched topic" } });
        });
      }

      over("a client comes back and rejoins by itself after its connection was cut", async (t) => {
        const proxy = await startProxy(t, fixtureUrl);
        const socket = connected(t, { url: proxy.url });
        const channel = await join(socket, room("cut"));
        const closed = closes(socket), rejoined = rejoins(channel);

        proxy.cut();
        const close = await closed.next();
        if (!overLongPoll) assert.equal(close.code, 1006);
        proxy.mend();
        await rejoined.next();
        await answers(channel);
      });

      over(can.authenticates ? "the server is told the token" : "there is no token to tell the server", async (t) => {
        const channel = await join(connected(t, { authToken: "open sesame" }), room("token"));

        const { response } = await outcome(channel.push("assigns", {}));
        assert.equal(response.auth_token, can.authenticates ? "open sesame" : null);
      });
    }

    test("clients come back and rejoin by themselves after a restart of the server", limit, async (t) => {
      const port = await freePort();
      const server = await startServer(t, port);
      const sockets = transports.map(([, transport]) => client(t, { url: server.url, transport }));
      const channels = await Promise.all(sockets.map((socket) => join(socket, `${prefix}_restart`)));
      const closed = sockets.map(closes), rejoined = channels.map((channel) => rejoins(channel));

      await server.stop();
      const [webSocketClose] = await Promise.all(closed.map((events) => events.next()));
      assert.equal(webSocketClose.code, 1012);

      await startServer(t, port);
      for (const joins of rejoined) await joins.next();
      for (const channel of channels) await answers(channel);
    });

    if (!can.readsLongPoll) {
      test("over long poll, a client joins, but cannot read the answer", limit, async (t) => {
        const socket = client(t, { transport: LongPoll, params: { user: user("unreading") } });
        const failures = collect((callback) => {
          socket.onConnMessage = (message) => { try { Socket.prototype.onConnMessage.call(socket, message); } catch (error) { callback(error); } };
        });
        const channel = socket.channel(`${prefix}_unread`, { greet: true });

        channel.join();
        for (const failure of [await failures.next(), await failures.next()]) assert.ok(failure instanceof TypeError);
        assert.equal(channel.state, "joining");
      });
    }

    test(`a client ${can.comesBackAfterNormalClose ? "comes back" : "stays away"} after a Close with the code 1000`, limit, async (t) => {
      const proxy = await startProxy(t, fixtureUrl);
      const socket = client(t, { url: proxy.url });
      const channel = await join(socket, `${prefix}_normal_close`);
      const closed = closes(socket), rejoined = rejoins(channel);

      proxy.close(1000);
      assert.equal((await closed.next()).code, 1000);
      if (can.comesBackAfterNormalClose) {
        await rejoined.next();
        await answers(channel);
      } else {
        // Another client whose connection ends later comes back, after the same time.
        const otherProxy = await startProxy(t, fixtureUrl);
        const other = await join(client(t, { url: otherProxy.url }), `${prefix}_normal_close`);
        const otherRejoined = rejoins(other);
        otherProxy.cut();
        otherProxy.mend();
        await otherRejoined.next();
        assert.equal(socket.connectionState(), "closed");
      }
    });

    test("the server answers heartbeats", limit, async (t) => {
      const socket = client(t, { heartbeatIntervalMs: 100 });
      const heartbeats = collect((callback) => socket.onMessage((message) => { if (message.topic === "phoenix") callback(message); }));

      for (const { event, payload } of [await heartbeats.next(), await heartbeats.next()]) {
        assert.deepEqual({ event, payload }, { event: "phx_reply", payload: { status: "ok", response: {} } });
      }
    });

    if (can.fallsBack) {
      for (const policy of [webSockets.refuse, webSockets.swallow]) {
        test(`a client falls back to long poll where the network would ${policy} WebSockets`, limit, async (t) => {
          const { url } = await startProxy(t, fixtureUrl, policy);
          const socket = client(t, { url, longPollFallbackMs: 100, sessionStorage: storage() });

          await answers(await join(socket, `${prefix}_fallback_${policy}`));
          assert.equal(socket.transport, LongPoll);
        });
      }

      test("a client that could fall back keeps a WebSocket that works", limit, async (t) => {
        const socket = client(t, { longPollFallbackMs: limit.timeout, sessionStorage: storage() });

        await answers(await join(socket, `${prefix}_no_fallback`));
        assert.equal(socket.transport, WebSocket);
      });
    } else {
      test("a client knows no fallback, and tries the WebSocket again until it works", limit, async (t) => {
        const proxy = await startProxy(t, fixtureUrl, webSockets.refuse);
        const socket = client(t, { url: proxy.url, longPollFallbackMs: 100 });
        const refused = errors(socket), opened = opens(socket);

        await refused.next();
        await refused.next();
        proxy.policy = webSockets.pass;
        await opened.next();
        await answers(await join(socket, `${prefix}_no_fallback`));
        assert.equal(socket.transport, WebSocket);
      });
    }

    if (can.binary) {
      test("a binary push gets a binary reply", limit, async (t) => {
        const channel = await join(client(t), `${prefix}_binary_echo`);

        assert.deepEqual(await outcome(channel.push("echo", bytes(0, 1, 2, 127, 128, 255))), { status: "ok", response: bytes(0, 1, 2, 127, 128, 255) });
      });

      test("a binary broadcast reaches every client", limit, async (t) => {
        const channels = await Promise.all([1, 2, 3].map(() => join(client(t), `${prefix}_binary_shout`)));
        const heard = channels.map((channel) => listen(channel, "shout"));

        channels[0].push("shout", bytes(255, 0, 10));
        for (const shouts of heard) assert.deepEqual(await shouts.next(), bytes(255, 0, 10));
      });

      test("the server pushes binary data to one client", limit, async (t) => {
        const channel = await join(client(t), `${prefix}_binary_pushed`);
        const pushed = listen(channel, "pushed");

        channel.push("push_me", bytes(1, 2, 3));
        assert.deepEqual(await pushed.next(), bytes(1, 2, 3));
      });
    } else {
      test("a client knows no binary data, and makes an empty object of it", limit, async (t) => {
        const channel = await join(client(t), `${prefix}_binary`);

        assert.deepEqual(await outcome(channel.push("echo", bytes(1, 2, 3))), { status: "ok", response: {} });
      });
    }

    if (can.binary && can.batches) {
      test("what a client uploads over long poll is binary for others", limit, async (t) => {
        const uploading = await join(client(t, { transport: LongPoll }), `${prefix}_binary_upload`);
        const shouts = listen(await join(client(t), `${prefix}_binary_upload`), "shout");

        uploading.push("shout_from", bytes(255, 0, 10));
        assert.deepEqual(await shouts.next(), bytes(255, 0, 10));
      });
    }
  });
}

/** The channel works. */
async function answers(channel) {
  assert.deepEqual(await outcome(channel.push("echo", { works: true })), { status: "ok", response: { works: true } });
}

async function post(path, query, body) {
  const response = await fetch(`${fixtureUrl}${path}?${new URLSearchParams(query)}`, { method: "POST", body: JSON.stringify(body) });
  assert.equal(response.status, 200);
}

/** Where phoenix.js remembers that it fell back: a browser's sessionStorage. */
function storage() {
  const items = new Map();
  return { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value), removeItem: (key) => items.delete(key) };
}
