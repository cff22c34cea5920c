// The authToken of phoenix.js is the bearer token of the application's authentication, over both transports.
import assert from "node:assert/strict";
import { test } from "node:test";
import { closes, join, limit, listen, outcome, rejoins } from "./support.mjs";
import { attempt, disconnect, guarded, open, tokens, transports, unauthenticated } from "./tokens.mjs";

const { ann, dan, mia, expired, forged } = tokens;

const ok = (response) => ({ status: "ok", response });
const unauthorized = { status: "error", response: { reason: "unauthorized" } };
const noTokens = { "an expired token": expired, "a token that another key has signed": forged, "no JWT": "open sesame", "no token": undefined };

for (const [transportName, transport] of transports) {
  const over = (sentence, body) => test(`over ${transportName}, ${sentence}`, limit, body);
  const topic = (title) => `room:${transportName}_${title}`;

  over("a client with a valid token joins as its user, pushes, and gets replies", async (t) => {
    const channel = guarded(t, transport, ann).channel(topic("replies"));

    assert.deepEqual(await outcome(channel.join()), ok({ user: "ann" }));
    for (const event of ["whoami", "sign"]) assert.deepEqual(await outcome(channel.push(event, {})), ok({ user: "ann" }));
  });

  over("users hear each other, and who it is", async (t) => {
    const channels = await Promise.all([ann, mia].map((token) => join(guarded(t, transport, token), topic("broadcasts"))));
    const heard = channels.map((channel) => listen(channel, "shout"));

    for (const [from, user] of ["ann", "mia"].entries()) {
      channels[from].push("shout", {});
      for (const shouts of heard) assert.deepEqual(await shouts.next(), { user });
    }
  });

  for (const [mountName, mount] of Object.entries({ guarded, open })) {
    over(`a role's channel on the ${mountName} socket lets in who has the role, and nobody else`, async (t) => {
      assert.deepEqual(await outcome(mount(t, transport, ann).channel("moderators").join()), unauthorized);
      assert.deepEqual(await outcome(mount(t, transport, mia).channel("moderators").join()), ok({ moderator: "mia" }));
    });

    over(`a role's handler on the ${mountName} socket answers who has the role, and nobody else, and the channel lives on`, async (t) => {
      const [anns, mias] = await Promise.all([ann, mia].map((token) => join(mount(t, transport, token), topic(`handler_${mountName}`))));

      assert.deepEqual(await outcome(anns.push("ban", {})), unauthorized);
      assert.deepEqual(await outcome(anns.push("whoami", {})), ok({ user: "ann" }));
      assert.deepEqual(await outcome(mias.push("ban", {})), ok({ user: "mia" }));
    });
  }

  for (const [what, token] of Object.entries(noTokens)) {
    over(`the guarded socket does not open for a client with ${what}, however often it tries`, async (t) => {
      const socket = guarded(t, transport, token);

      for (let tries = 1; tries <= 3; tries++) assert.equal(await attempt(socket), unauthenticated(transport));
    });

    over(`the open socket takes a client with ${what} for an anonymous one`, async (t) => {
      const socket = open(t, transport, token);
      const channel = socket.channel(topic("anonymous"));

      assert.deepEqual(await outcome(channel.join()), ok({ user: null }));
      assert.deepEqual(await outcome(channel.push("whoami", {})), ok({ user: null }));
      assert.deepEqual(await outcome(channel.push("sign", {})), unauthorized);
      assert.deepEqual(await outcome(socket.channel("moderators").join()), unauthorized);
    });
  }

  over("the open socket knows who shows a valid token, beside anonymous clients", async (t) => {
    const [named, anonymous] = await Promise.all([ann, undefined].map((token) => join(open(t, transport, token), topic("beside"))));
    const heard = listen(named, "shout");

    named.push("shout", {});
    assert.deepEqual(await heard.next(), { user: "ann" });
    anonymous.push("shout", {});
    assert.deepEqual(await heard.next(), { user: null });
  });

  over("a client that the server disconnects comes back with the token of that time", async (t) => {
    let token = dan;
    const socket = guarded(t, transport, () => token);
    const channel = await join(socket, topic("disconnected"));
    const moderators = socket.channel("moderators");
    assert.deepEqual(await outcome(moderators.join()), unauthorized);
    const closed = closes(socket), rejoined = rejoins(channel), letIn = rejoins(moderators);

    token = mia;
    await disconnect("dan");
    await closed.next();
    assert.deepEqual(await rejoined.next(), { user: "mia" });
    assert.deepEqual(await letIn.next(), { moderator: "mia" });
    assert.deepEqual(await outcome(channel.push("ban", {})), ok({ user: "mia" }));
  });

  over("a client that the server disconnects stays out while its token is no longer valid, and comes back with a new one", async (t) => {
    let token = dan;
    const socket = guarded(t, transport, () => token);
    const channel = await join(socket, topic("stays_out"));
    const closed = closes(socket), rejoined = rejoins(channel);

    token = expired;
    await disconnect("dan");
    await closed.next();
    assert.equal(await attempt(socket), unauthenticated(transport));
    token = dan;
    assert.deepEqual(await rejoined.next(), { user: "dan" });
  });
}
