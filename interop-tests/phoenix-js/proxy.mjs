// A TCP proxy before a server, for what networks do to connections.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** What the proxy does with WebSockets; everything else passes. */
export const webSockets = { pass: "pass", refuse: "refuse", swallow: "swallow" };

export async function startProxy(t, target, policy = webSockets.pass) {
  const { hostname, port } = new URL(target);
  const clients = new Set();
  let broken = false;
  const proxy = {
    /** What becomes of WebSockets from now on. */
    policy,
    /** Ends all connections without a Close frame, and new ones too, until it is mended. */
    cut() {
      broken = true;
      for (const client of clients) client.destroy();
    },
    mend() { broken = false; },
    /** Ends all connections, which are WebSockets, by a Close frame of the server. */
    close(code) { for (const client of clients) client.end(Buffer.from([0x88, 2, code >> 8, code & 255])); },
  };
  const listener = createServer((client) => {
    if (broken) return void client.destroy();
    clients.add(client);
    client.on("error", () => {}).on("close", () => clients.delete(client)).once("data", (head) => {
      if (proxy.policy !== webSockets.pass && /^GET \S+\/websocket\?/.test(head.toString("latin1"))) {
        if (proxy.policy === webSockets.refuse) client.destroy();
        return;
      }
      const server = connect(port, hostname).on("error", () => {}).on("close", () => client.destroy());
      client.on("close", () => server.destroy());
      server.write(head);
      client.pipe(server, { end: false }).pipe(client, { end: false });
    });
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  t.after(() => { listener.close(); proxy.cut(); });
  proxy.url = `http://127.0.0.1:${listener.address().port}`;
  return proxy;
}
