import assert from "node:assert/strict";
import test from "node:test";
import { connect, join, limit, listen } from "./support.mjs";

const names = ["phoenix", "phoenix-1.7", "phoenix-1.6", "phoenix-1.5", "phoenix-1.4", "phoenix-1.3", "phoenix-1.2"];

/** One client of every line over WebSocket, and one over long poll of all but 1.2, which cannot read there what Phoenix sends today. */
async function everyClient(t) {
  const sockets = [];
  for (const name of names) {
    const client = await import(name);
    const { LongPoll, Socket } = client.default ?? client;
    sockets.push(connect(t, Socket));
    if (name !== "phoenix-1.2") sockets.push(connect(t, Socket, { transport: LongPoll }));
  }
  return sockets;
}

test("clients of every line hear each other", limit, async (t) => {
  const channels = await Promise.all((await everyClient(t)).map((socket) => join(socket, "room:js_lines")));
  const heard = channels.map((channel) => listen(channel, "shout"));

  for (const [from, channel] of channels.entries()) {
    channel.push("shout", { from });
    for (const shouts of heard) assert.deepEqual(await shouts.next(), { from });
  }
});
