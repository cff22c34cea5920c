// The example cluster in a real browser: two clients in one page, on two nodes that it kills.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { limit, newPage, screenshot, startExample } from "./support.mjs";

// Ended in good order, for the front to remove what it has written.
const cluster = await startExample({ after() {} }, process.env.CLUSTER_COMMAND);
after(async () => assert.equal(await cluster.stop(), 0));

test("a conversation across nodes goes on when one is killed, and the node comes back under its name", limit, async (t) => {
  const page = await open(t);
  const [one, other] = await clientsOn(page, "a", "b");
  await one.seesPeople([one.name, "a"], [other.name, "b"]);
  await other.seesPeople([one.name, "a"], [other.name, "b"]);
  await one.say("Hello from here.");
  await other.hears("Hello from here.", one.name, "a");
  await other.say("And from here.");
  await one.hears("And from here.", other.name, "b");
  await screenshot(page, "two-nodes");

  const killed = Number(/\d+/.exec(await page.locator(".node[data-node=a] .process").textContent())[0]);
  await page.getByRole("button", { name: "Kill node a" }).click();
  await nodeIs(page, "a", "Killed");
  assert.throws(() => process.kill(killed, 0), { code: "ESRCH" });
  await one.isOn("b");
  await screenshot(page, "killed");
  await other.seesPeople([one.name, "b"], [other.name, "b"]);
  await one.say("My node is gone. I am here.");
  await other.hears("My node is gone. I am here.", one.name, "b");
  await other.say("So I see.");
  await one.hears("So I see.", other.name, "b");
  await one.hears("And from here.", other.name, "b");
  await screenshot(page, "on-one-node");

  await page.getByRole("button", { name: "Start node a now" }).click();
  await nodeIs(page, "a", "Up");
  await one.moveTo("a");
  await other.seesPeople([one.name, "a"], [other.name, "b"]);
  await one.say("Back on my node.");
  await other.hears("Back on my node.", one.name, "a");
  await screenshot(page, "back");
});

test("a client with long poll talks across nodes, and finds another when its own is killed", limit, async (t) => {
  const page = await open(t, { colorScheme: "dark" });
  const [one, other] = await clientsOn(page, "a", "b");
  await one.pane.getByLabel("transport").selectOption("longpoll");
  await one.moveTo("a");
  await one.say("By poll.");
  await other.hears("By poll.", one.name, "a");
  await other.say("By WebSocket.");
  await one.hears("By WebSocket.", other.name, "b");

  await page.getByRole("button", { name: "Kill node a" }).click();
  await one.isOn("b");
  await one.seesPeople([one.name, "b"], [other.name, "b"]);
  await one.say("Still there.");
  await other.hears("Still there.", one.name, "b");
  await screenshot(page, "longpoll-dark");
});

test("a node that was killed starts again by itself", limit, async (t) => {
  const page = await open(t);
  await page.getByRole("button", { name: "Kill node b" }).click();
  await nodeIs(page, "b", "Killed");
  await nodeIs(page, "b", "Up");
});

for (const colorScheme of ["light", "dark"]) {
  test(`the cluster fits a phone, ${colorScheme}`, limit, async (t) => {
    const page = await open(t, { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme });
    const [one, other] = await clientsOn(page, "a", "b");
    await one.say("Does a longer message fit, with a word that does not: " + "x".repeat(80));
    await other.pane.locator(".body", { hasText: "Does a longer" }).waitFor();
    await other.say("It does.");
    await one.hears("It does.", other.name, "b");
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = await page.evaluate(() => {
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
      return { scrollWidth, clientWidth, scrollHeight, clientHeight };
    });
    assert.deepEqual({ scrollWidth, scrollHeight }, { scrollWidth: clientWidth, scrollHeight: clientHeight });
    await screenshot(page, `phone-${colorScheme}`);
  });
}

/** The page with both nodes up: tests before may have killed one. */
async function open(t, options) {
  const page = await newPage(t, "the cluster", { serverGoes: true, ...options });
  page.setDefaultTimeout(45_000); // A node is a process that has to start, and not at once.
  await page.goto(cluster.url);
  for (const node of ["a", "b"]) {
    await page.locator(`.node[data-node=${node}]:not([data-state=starting])`).waitFor();
    const start = page.getByRole("button", { name: `Start node ${node} now` });
    if (await start.isVisible()) await start.click();
  }
  for (const node of ["a", "b"]) await nodeIs(page, node, "Up");
  return page;
}

const nodeIs = (page, node, state) => page.locator(`.node[data-node=${node}]`, { has: page.locator(`.state:text-is('${state}')`) }).waitFor();

/** The two clients of the page, after each has found its node. */
async function clientsOn(page, ...nodes) {
  const clients = [new Client(page, 0), new Client(page, 1)];
  for (const [index, client] of clients.entries()) {
    client.name = await client.pane.locator("h2").textContent();
    await client.moveTo(nodes[index]);
  }
  return clients;
}

class Client {
  constructor(page, index) {
    this.pane = page.locator(".client").nth(index);
  }

  isOn = (node) => this.pane.and(this.pane.page().locator(`[data-node=${node}]`)).waitFor();

  /** Reconnects until the load balancer, which takes turns, has sent the client there. */
  async moveTo(node) {
    for (let turn = 0; turn < 10; turn++) {
      const joined = this.pane.and(this.pane.page().locator("[data-node]:not([data-node=''])"));
      await joined.waitFor();
      if (await joined.getAttribute("data-node") === node) return;
      await this.pane.getByRole("button", { name: "Reconnect" }).click();
    }
    assert.fail(`the load balancer sends nobody to ${node}`);
  }

  async say(text) {
    const input = this.pane.getByRole("textbox");
    await input.fill(text);
    await input.press("Enter");
  }

  async hears(text, user, node) {
    const message = this.pane.getByRole("log").locator("li", { has: this.pane.page().locator(`.body:text-is('${text}')`) });
    assert.equal(await message.locator(".user").textContent(), user);
    assert.equal(await message.locator(".badge").textContent(), node);
  }

  /** Waits until these people and no others are shown, each on one node. */
  async seesPeople(...people) {
    const expected = people.sort().map(([name, node]) => `${name} ${node}`).join(", ");
    const list = await this.pane.locator(".people").elementHandle();
    const shown = () => list.evaluate((list) => [...list.children].map((item) => item.textContent).join(", "));
    await this.pane.page().waitForFunction(([list, expected]) => [...list.children].map((item) => item.textContent).join(", ") === expected, [list, expected]).catch(() => {});
    assert.equal(await shown(), expected);
  }
}
