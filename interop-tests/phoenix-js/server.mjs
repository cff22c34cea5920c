// A fixture server of a test's own, which it may stop and start again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const [program, ...args] = JSON.parse(process.env.FIXTURE_COMMAND);

export async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  await once(listener, "close");
  return port;
}

/** Starts a server on the port; `stop` ends it in good order. It does not outlive the test. */
export async function startServer(t, port) {
  const child = spawn(program, args, { env: { ...process.env, PORT: String(port) }, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  t.after(() => child.kill("SIGKILL"));
  await Promise.race([
    ready(child, port),
    exited.then(([code]) => { throw new Error(`the server ended with ${code} before it was ready`); }),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function ready(child, port) {
  const lines = createInterface(child.stdout);
  while ((await once(lines, "line"))[0] !== `READY ${port}`);
}
