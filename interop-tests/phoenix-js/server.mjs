// A fixture server of a test's own, which it may stop and start again.
import { startServer as start } from "../server.mjs";

export { freePort } from "../server.mjs";

const command = JSON.parse(process.env.FIXTURE_COMMAND);

/** Starts a server on the port; `stop` ends it in good order. It does not outlive the test. */
export async function startServer(t, port) {
  const server = await start(t, command, { env: { PORT: String(port) }, ready: `READY ${port}` });
  return { ...server, url: `http://127.0.0.1:${port}` };
}
