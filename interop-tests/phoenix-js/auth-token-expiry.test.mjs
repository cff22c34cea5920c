// What a token's expiry does to connections that were opened with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LongPoll } from "phoenix";
import { closes, join, limit, listen, outcome, rejoins } from "./support.mjs";
import { attempt, briefToken, expire, guarded, open, tokens, transports, unauthenticated } from "./tokens.mjs";

/** The codes that phoenix.js closes with at what an expired token is answered: 401, or 403 where it is an anonymous client that asks for ann's session. */
const refusals = { guarded: [1011], open: [1008, 1011] };
const annIs = { status: "ok", response: { user: "ann" } };

test("an expired token opens no socket that it has opened before", limit, async (t) => {
  const brief = await briefToken("ann");
  for (const [, transport] of transports) assert.equal(await attempt(guarded(t, transport, brief)), "open");

  await expire();
  for (const [, transport] of transports) assert.equal(await attempt(guarded(t, transport, brief)), unauthenticated(transport));
});

for (const [mountName, mount] of Object.entries({ guarded, open })) {
  const onMount = (sentence, body) => test(`on the ${mountName} socket, ${sentence}`, limit, body);
  const topic = `room:expiry_${mountName}`;

  onMount("a WebSocket stays open when its token expires, and its user's", async (t) => {
    const socket = mount(t, WebSocket, await briefToken("ann"));
    const channel = await join(socket, topic);
    const closed = closes(socket);

    await expire();
    for (const event of ["sign", "whoami"]) assert.deepEqual(await outcome(channel.push(event, {})), annIs);
    assert.deepEqual(closed.unread, []);
  });

  onMount("a session of long poll ends with the poll after its token has expired, and phoenix.js comes back with a new one", async (t) => {
    let token = await briefToken("ann");
    const socket = mount(t, LongPoll, () => token);
    const channel = await join(socket, topic);
    const shouting = await join(mount(t, WebSocket, tokens.mia), topic), shouts = listen(shouting, "shout");
    const closed = closes(socket), rejoined = rejoins(channel);

    token = tokens.ann;
    await expire();
    shouting.push("shout", {}); // which ends a poll that waits: it had begun in time
    assert.deepEqual(await shouts.next(), { user: "mia" });
    assert.ok(refusals[mountName].includes((await closed.next()).code));
    assert.deepEqual(await rejoined.next(), { user: "ann" });
    assert.deepEqual(await outcome(channel.push("sign", {})), annIs);
  });

  onMount("a session of long poll ends with a push after its token has expired, and phoenix.js comes back with a new one", async (t) => {
    let token = await briefToken("ann");
    const socket = mount(t, LongPoll, () => token);
    const channel = await join(socket, topic);
    const closed = closes(socket), rejoined = rejoins(channel);

    token = tokens.ann;
    await expire();
    channel.push("whoami", {});
    assert.ok(refusals[mountName].includes((await closed.next()).code));
    assert.deepEqual(await rejoined.next(), { user: "ann" });
    assert.deepEqual(await outcome(channel.push("sign", {})), annIs);
  });
}

test("on the open socket, a client without a new token comes back as an anonymous one", limit, async (t) => {
  const socket = open(t, LongPoll, await briefToken("ann"));
  const channel = await join(socket, "room:expiry_anonymous");
  const rejoined = rejoins(channel);

  await expire();
  channel.push("whoami", {});
  assert.deepEqual(await rejoined.next(), { user: null });
});
