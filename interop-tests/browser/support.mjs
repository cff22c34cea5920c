// What the tests in a browser share: one Chromium, servers, windows, and screenshots of them.
import assert from "node:assert/strict";
import path from "node:path";
import { after } from "node:test";
import { freePort, startServer } from "../server.mjs";
import { launchChromium } from "./chromium.mjs";

const screenshots = process.env.SCREENSHOTS;
const lostServer = /net::ERR_(CONNECTION_|EMPTY_RESPONSE|INCOMPLETE_)|Unexpected response code: 50[23]|status of 50[23]/;

/** Guards a test against what never happens. Nothing waits for this time to pass. */
export const limit = { timeout: 60_000 };

const patience = 20_000;

const browser = await launchChromium();
after(() => browser.close());

/** A chat server; `startAgain` has its successor on the same port. */
export const startChat = (t, port) => startExample(t, process.env.CHAT_COMMAND, port);

export async function startExample(t, command, port) {
  port ??= await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer(t, [...JSON.parse(command), "--urls", url], { ready: `Now listening on: ${url}` });
  return { ...server, url, startAgain: () => startExample(t, command, port) };
}

/** A page of a browser that shares nothing with the others. It may log no errors, unless the server is to go away. */
export async function newPage(t, owner, { serverGoes = false, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 700 }, ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.stack));
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    if (!serverGoes || !lostServer.test(message.text())) problems.push(message.text());
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(problems, [], `what ${owner}'s window logged`);
  });
  return page;
}

/** A browser window of somebody's own, in a room of the chat. With a clock of its own, `passTime` does what that time would do. */
export async function openWindow(t, chat, name, room, { ownClock = false, ...options } = {}) {
  const page = await newPage(t, name, options);
  if (ownClock) await page.clock.install();
  await page.goto(`${chat.url}/#${new URLSearchParams({ room })}`);
  const window = new Window(page);
  await window.isOnline();
  await page.fill("#name", name);
  await page.press("#name", "Enter");
  await window.isOnline();
  return window;
}

class Window {
  constructor(page) {
    this.page = page;
  }

  /** Waits until the page says so, and the room in view is joined. */
  isOnline = () => this.shows("body:has(#status[data-state=online]:text-is('Online')):has(#room-note:empty)");

  isOffline = () => this.shows("#status[data-state=offline]:text-is('Offline')");

  /** Waits for an element to be seen. */
  async shows(selector) {
    await this.page.locator(selector).waitFor();
  }

  /** Waits until these people, and no others, are shown to be in the room in view: `"Ada (you · 2 windows)"`. */
  async isWith(...people) {
    const shown = () => [...document.querySelectorAll("#people li")].map((person) => {
      const [user, about] = [".user", ".about"].map((selector) => person.querySelector(selector).textContent);
      return about ? `${user} (${about})` : user;
    }).sort();
    people.sort();
    await this.page.waitForFunction(`JSON.stringify((${shown})()) === ${JSON.stringify(JSON.stringify(people))}`).catch(() => {});
    assert.deepEqual(await this.page.evaluate(shown), people);
    assert.equal(await this.page.locator("#people-count").textContent(), String(people.length));
  }

  async say(text) {
    await this.page.fill("#body", text);
    await this.page.press("#body", "Enter");
  }

  /** The messages in the room in view with that text. */
  messages = (text) => this.page.locator("#messages ol:not([hidden]) > li", { has: this.page.locator(".body").and(this.page.getByText(text, { exact: true })) });

  /** Waits for the message of somebody else. */
  async hears(text, from) {
    const message = this.messages(text);
    await message.waitFor();
    assert.equal(await message.getAttribute("class").then((value) => value?.includes("mine") ?? false), false);
    assert.equal(await message.locator(".user").textContent(), from);
  }

  /** Waits until the server has what this window said. */
  async hasSent(text) {
    await this.messages(text).and(this.page.locator(".mine[data-state=sent]")).waitFor();
  }

  /** The page itself is not to be scrolled; its parts are. */
  async fits() {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = await this.page.evaluate(() => {
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
      return { scrollWidth, clientWidth, scrollHeight, clientHeight };
    });
    assert.deepEqual({ width: scrollWidth, height: scrollHeight }, { width: clientWidth, height: clientHeight });
  }

  passTime = (milliseconds) => this.page.clock.fastForward(milliseconds);

  screenshot = (name) => screenshot(this.page, name);
}

/** Keeps a picture as output of the test, with animations at their end. */
export const screenshot = (page, name) => page.screenshot({ path: path.join(screenshots, `${name}.png`), animations: "disabled" });
