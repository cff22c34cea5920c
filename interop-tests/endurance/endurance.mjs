// What takes longer than a test should: a client that never reads, crash-and-rejoin loops, SIGTERM under load.
// Starts the fixture server for each and prints what it saw; exit code 1 when something was not as promised.
//   dotnet build -c Release interop-tests/FixtureServer
//   node interop-tests/endurance/endurance.mjs [never-reads | crash-rejoin | sigterm ...]
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";

const here = path.dirname(fileURLToPath(import.meta.url));
const dll = path.join(here, "../FixtureServer/bin/Release/net10.0/FixtureServer.dll");
let failures = 0;

const check = (holds, what) => {
  if (!holds) failures++;
  console.log(`  ${holds ? "ok  " : "FAIL"} ${what}`);
};

async function startServer(environment = {}) {
  const port = await new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
  const child = spawn("dotnet", [dll], { env: { ...process.env, PORT: port, ...environment }, stdio: ["ignore", "pipe", "inherit"] });
  const exit = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
  await new Promise((resolve) => child.stdout.on("data", (data) => /READY/.test(data) && resolve()));
  return { port, child, exit, url: `ws://127.0.0.1:${port}/socket/websocket?vsn=2.0.0`, rss: () => residentMegabytes(child.pid) };
}

const residentMegabytes = (pid) => Math.round(+/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1] / 1024);

/** A client whose `next(predicate)` waits for a frame; frames that nobody waits for are dropped. */
async function connect(url) {
  const socket = new WebSocket(url);
  const waiting = [];
  socket.on("message", (data) => {
    const frame = JSON.parse(data);
    for (const entry of [...waiting]) if (entry.wants(frame)) { waiting.splice(waiting.indexOf(entry), 1); entry.resolve(frame); }
  });
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  return {
    socket,
    send: (...frame) => socket.send(JSON.stringify(frame)),
    next: (wants) => new Promise((resolve) => waiting.push({ wants, resolve })),
    closed: new Promise((resolve) => socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }))),
  };
}

/** A connection that joins a topic and then never reads again. */
async function connectDeaf(url, topic) {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = net.connect({ host: hostname, port });
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  await new Promise((resolve) => socket.once("data", resolve));
  const text = Buffer.from(JSON.stringify(["1", "1", topic, "phx_join", {}]));
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  socket.on("error", () => {});
  return socket;
}

const scenarios = {
  async "never-reads"() {
    const server = await startServer({ OUTBOX_BYTES: "1048576" });
    const deaf = await connectDeaf(server.url, "room:busy");
    const others = await Promise.all(Array.from({ length: 10 }, () => connect(server.url)));
    for (const other of others) {
      const joined = other.next((f) => f[3] === "phx_reply");
      other.send("1", "1", "room:busy", "phx_join", {});
      await joined;
    }
    const before = server.rss();
    const text = "x".repeat(1024);
    const rounds = 20_000, latencies = [];
    let most = before, closedAfter = null;
    const start = performance.now();
    for (let n = 0; n < rounds; n++) {
      const all = others.map((other) => other.next((f) => f[3] === "shout" && f[4].n === n));
      const sent = performance.now();
      others[n % others.length].send("1", null, "room:busy", "shout", { n, text });
      await Promise.all(all);
      latencies.push(performance.now() - sent);
      if (n % 500 === 0) most = Math.max(most, server.rss());
      if (closedAfter === null && n % 100 === 0 && !established(server.port, deaf.localPort)) closedAfter = performance.now() - start;
    }
    latencies.sort((a, b) => a - b);
    console.log(`  ${rounds} broadcasts of 1 KB to 10 clients that read and 1 that does not: RSS ${before} MB before, at most ${most} MB, ${server.rss()} MB after`);
    console.log(`  until the last of the ten has it: p50 ${latencies[rounds >> 1].toFixed(2)} ms, p99 ${latencies[Math.floor(rounds * 0.99)].toFixed(2)} ms, at most ${latencies.at(-1).toFixed(1)} ms`);
    check(closedAfter !== null, `the one that does not read was closed${closedAfter === null ? "" : ` after ${(closedAfter / 1000).toFixed(1)} s`}`);
    check(most - before < 80, "memory stayed flat");
    deaf.destroy();
    await stop(server);
  },

  async "crash-rejoin"() {
    const server = await startServer();
    const client = await connect(server.url);
    const marks = [];
    for (let n = 1; n <= 10_000; n++) {
      const joined = client.next((f) => f[3] === "phx_reply" && f[1] === `${n}`);
      client.send(`${n}`, `${n}`, "room:crash", "phx_join", {});
      await joined;
      const crashed = client.next((f) => f[3] === "phx_error");
      client.send(`${n}`, `r${n}`, "room:crash", "raise", {});
      await crashed;
      if (n % 2000 === 0) marks.push(server.rss());
    }
    console.log(`  10,000 joins and crashes: RSS after each 2,000 in MB: ${marks.join(", ")}`);
    check(marks.at(-1) - marks[0] < 30, "memory stayed flat");
    client.socket.terminate();
    await stop(server);
  },

  async sigterm() {
    const server = await startServer();
    const clients = await Promise.all(Array.from({ length: 200 }, () => connect(server.url)));
    for (const [n, client] of clients.entries()) client.send("1", "1", `room:${n % 20}`, "phx_join", {});
    let running = true;
    const load = (async () => {
      for (let n = 0; running; n++) {
        for (const [k, client] of clients.entries()) if (client.socket.readyState === WebSocket.OPEN) client.send("1", `${n}`, `room:${k % 20}`, k % 10 ? "echo" : "shout", { n });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const start = performance.now();
    server.child.kill("SIGTERM");
    const codes = await Promise.all(clients.map((client) => client.closed));
    const closed = performance.now() - start;
    const { code, signal } = await server.exit;
    const exited = performance.now() - start;
    running = false;
    await load;
    const by = [...new Set(codes.map((c) => c.code))].map((k) => `${codes.filter((c) => c.code === k).length} × ${k}`).join(", ");
    console.log(`  200 clients under load: close codes ${by}; all closed after ${closed.toFixed(0)} ms, process gone after ${exited.toFixed(0)} ms`);
    check(codes.every((c) => c.code === 1012), "every client got 1012");
    check(code === 0 && signal === null, `exit code ${code}`);
  },
};

/** Whether the server's end of a connection is still established. */
function established(serverPort, clientPort) {
  const hex = (port) => port.toString(16).toUpperCase().padStart(4, "0");
  return fs.readFileSync("/proc/net/tcp", "utf8").split("\n").some((line) => {
    const [, local, remote, state] = line.trim().split(/\s+/);
    return state === "01" && local?.endsWith(`:${hex(serverPort)}`) && remote?.endsWith(`:${hex(clientPort)}`);
  });
}

async function stop(server) {
  server.child.kill("SIGTERM");
  await server.exit;
}

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(scenarios)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(name);
  await run();
}
process.exit(failures ? 1 : 0);
