// Servers that a test may stop and start again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

export async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  await once(listener, "close");
  return port;
}

/** Starts a server, which is ready once it has written that line. It does not outlive the test. */
export async function startServer(t, [program, ...args], { env, ready }) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  t.after(() => child.kill("SIGKILL"));
  await Promise.race([
    written(child, ready),
    exited.then(([code]) => { throw new Error(`the server ended with ${code} before it was ready`); }),
  ]);
  return {
    /** Ends the server, in good order unless another signal is given, and has its exit code. */
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return (await exited)[0];
    },
  };
}

const written = (child, expected) => new Promise((resolve) => {
  createInterface(child.stdout).on("line", (line) => { if (line.trim() === expected) resolve(); });
});
