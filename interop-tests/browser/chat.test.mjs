// The example chat in a real browser.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { limit, openWindow, startChat } from "./support.mjs";

const chat = await startChat({ after }); // for the tests that leave it running

test("two windows exchange messages in one room, both ways", limit, async (t) => {
  const ada = await openWindow(t, chat, "Ada Lovelace", "engines");
  const grace = await openWindow(t, chat, "Grace Hopper", "engines", { colorScheme: "dark" });
  await ada.shows("#empty");
  await ada.page.locator("#alone").waitFor({ state: "hidden" }); // Grace is there.

  await ada.say("Hello! Is anybody here?");
  await grace.hears("Hello! Is anybody here?", "Ada Lovelace");
  await ada.hasSent("Hello! Is anybody here?");

  await grace.say("Just me.");
  await ada.hears("Just me.", "Grace Hopper");
  await grace.hasSent("Just me.");

  const long = `A longer one,\nover two lines, ${"which is wrapped where the window ends, ".repeat(5)}${"orwhereitmust".repeat(20)}`;
  await ada.say(long);
  await ada.say("And one more.");
  await grace.hears("And one more.", "Ada Lovelace");
  assert.deepEqual(await grace.page.locator(".body").allTextContents(), ["Hello! Is anybody here?", "Just me.", long, "And one more."]);
  await ada.fits();
  await ada.screenshot("two-windows-ada");
  await grace.screenshot("two-windows-grace-dark");
});

test("everybody sees who is in the room, each user once, and who is gone", limit, async (t) => {
  const ada = await openWindow(t, chat, "Ada Lovelace", "salon");
  await ada.isWith("Ada Lovelace (you)");
  const grace = await openWindow(t, chat, "Grace Hopper", "salon", { colorScheme: "dark" });
  await ada.isWith("Ada Lovelace (you)", "Grace Hopper");
  await grace.isWith("Ada Lovelace", "Grace Hopper (you)");

  const second = await openWindow(t, chat, "Grace Hopper", "salon");
  await ada.isWith("Ada Lovelace (you)", "Grace Hopper (2 windows)");
  for (const window of [grace, second]) await window.isWith("Ada Lovelace", "Grace Hopper (you · 2 windows)");
  await second.say("From my other window.");
  await ada.hears("From my other window.", "Grace Hopper");
  await ada.screenshot("people");
  await grace.screenshot("people-dark");

  await second.page.close();
  await ada.isWith("Ada Lovelace (you)", "Grace Hopper");
  await grace.isWith("Ada Lovelace", "Grace Hopper (you)");
  await grace.page.close();
  await ada.isWith("Ada Lovelace (you)");
});

test("who changes the name is the same person under the new one, in every room", limit, async (t) => {
  const ada = await openWindow(t, chat, "Ada Byron", "library");
  await ada.page.click("[data-room=music]");
  await ada.shows("#room-name:text-is('music')");
  const grace = await openWindow(t, chat, "Grace Hopper", "library");
  await grace.isWith("Ada Byron", "Grace Hopper (you)");

  await ada.page.fill("#name", "Ada Lovelace");
  await ada.page.press("#name", "Enter");
  await ada.isOnline();
  await grace.isWith("Ada Lovelace", "Grace Hopper (you)");
  await ada.page.click("[data-room=library]");
  await ada.isWith("Ada Lovelace (you)", "Grace Hopper");
  await ada.say("I am married now.");
  await grace.hears("I am married now.", "Ada Lovelace");

  await ada.page.click("#leave");
  await grace.isWith("Grace Hopper (you)");
});

test("a room shows who is in it, however many and with however long names", limit, async (t) => {
  const names = ["Ada Lovelace", "Grace Brewster Murray Hopper of New York", "Edsger", "Софья", "Zoë"];
  const windows = [];
  for (const name of names) windows.push(await openWindow(t, chat, name, "crowd"));
  const phone = await openWindow(t, chat, "Linus", "crowd", { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
  await phone.isWith(...names, "Linus (you)");
  await windows[1].isWith("Ada Lovelace", "Grace Brewster Murray Hopper of New York (you)", "Edsger", "Софья", "Zoë", "Linus");
  for (const window of [windows[1], phone]) await window.fits();
  await windows[1].screenshot("crowd");
  await windows[1].page.setViewportSize({ width: 800, height: 500 });
  await windows[1].fits();
  await windows[1].screenshot("crowd-narrow");
  await phone.screenshot("phone-crowd");
});

test("HTML in a name, a room and a message is shown as text", limit, async (t) => {
  const room = "<u>tea</u> & \"cakes\"", name = "<b>Mallory</b>", text = "<img src=x onerror=alert(1)> <b>not bold</b> &amp;";
  const mallory = await openWindow(t, chat, name, room);
  const ada = await openWindow(t, chat, "Ada Lovelace", room);

  await mallory.say(text);
  await ada.hears(text, name);
  await ada.isWith("Ada Lovelace (you)", name);
  assert.equal(await ada.page.locator("#room-name").textContent(), room);
  for (const { page } of [ada, mallory]) assert.equal(await page.locator("main :is(img, b, u), nav u").count(), 0);
  await ada.screenshot("html-as-text");
});

test("a room that is not in view counts what is unread", limit, async (t) => {
  const ada = await openWindow(t, chat, "Ada Lovelace", "lobby");
  const grace = await openWindow(t, chat, "Grace Hopper", "lobby");
  await grace.page.click("[data-room=music]");
  await grace.shows("#room-name:text-is('music')");
  await grace.isOnline();

  for (const text of ["One", "Two", "Three"]) await ada.say(text);
  await grace.shows("a[data-room=lobby][aria-label='lobby, 3 unread'] .unread:text-is('3')");
  assert.equal(await grace.page.title(), "(3) music · Chat");
  assert.equal(await grace.page.locator("#messages li:visible").count(), 0);
  await grace.screenshot("unread");

  await grace.page.click("[data-room=lobby]");
  await grace.hears("Three", "Ada Lovelace");
  await grace.page.locator("[data-room=lobby] .unread").waitFor({ state: "hidden" });
  assert.equal(await grace.page.title(), "lobby · Chat");
});

for (const signal of ["SIGTERM", "SIGKILL"]) {
  test(`the page shows that the server is gone after ${signal}, and goes on without a reload once it is back`, limit, async (t) => {
    const server = await startChat(t);
    const ada = await openWindow(t, server, "Ada Lovelace", "lobby", { serverGoes: true });
    const grace = await openWindow(t, server, "Grace Hopper", "lobby", { serverGoes: true });
    await ada.say("Before");
    await grace.hears("Before", "Ada Lovelace");
    let reloaded = false;
    for (const { page } of [ada, grace]) page.on("framenavigated", () => { reloaded = true; });

    assert.equal(await server.stop(signal), signal === "SIGTERM" ? 0 : null);
    await ada.isOffline();
    await grace.isOffline();
    await grace.shows("#room-note:text-is('Waiting to join again')");
    await grace.screenshot(`offline-after-${signal.toLowerCase()}`);

    await server.startAgain();
    await ada.isOnline();
    await grace.isOnline();
    await ada.say("There it is again.");
    await grace.hears("There it is again.", "Ada Lovelace");
    await grace.say("So it is.");
    await ada.hears("So it is.", "Grace Hopper");
    await grace.hears("Before", "Ada Lovelace");
    await grace.isWith("Ada Lovelace", "Grace Hopper (you)");
    assert.equal(reloaded, false);
    await grace.screenshot(`back-after-${signal.toLowerCase()}`);
  });
}

test("a message that the server has not got is shown as not sent, and can be sent again", limit, async (t) => {
  const server = await startChat(t);
  const ada = await openWindow(t, server, "Ada Lovelace", "lobby", { serverGoes: true, ownClock: true });
  const grace = await openWindow(t, server, "Grace Hopper", "lobby", { serverGoes: true });
  await server.stop();
  await ada.isOffline();

  await ada.say("Is the server there?");
  await ada.shows(".mine[data-state=sending]");
  await ada.screenshot("sending");
  await ada.passTime(5_000);
  await ada.shows(".mine[data-state=failed] .failure:has(.reason:text-is('Not sent: no answer'))");
  await ada.screenshot("not-sent");

  await server.startAgain();
  await ada.passTime(10_000); // for the next attempt to connect
  await ada.isOnline();
  await grace.isOnline();
  await ada.page.click(".mine[data-state=failed] .retry");
  await ada.hasSent("Is the server there?");
  await ada.page.locator(".failure").waitFor({ state: "hidden" });
  await ada.say("It is.");
  await grace.hears("It is.", "Ada Lovelace");
  assert.deepEqual(await grace.page.locator(".body").allTextContents(), ["Is the server there?", "It is."]);
  await ada.screenshot("sent-again");
});

test("a message that the server refuses is shown with its reason, and can be changed and sent", limit, async (t) => {
  const ada = await openWindow(t, chat, "Ada Lovelace", "refusals");
  await ada.say("Too long: " + "x".repeat(2000));
  await ada.shows(".mine[data-state=refused] .reason:text-is('Not sent: a message has 1 to 2000 characters')");
  assert.equal(await ada.page.locator(".retry:visible").count(), 0);
  await ada.screenshot("refused");
  await ada.page.click(".mine[data-state=refused] .edit");
  assert.equal(await ada.page.inputValue("#body"), "Too long: " + "x".repeat(2000));
  await ada.say("A shorter one.");
  await ada.hasSent("A shorter one.");
  assert.deepEqual(await ada.page.locator(".body").allTextContents(), ["A shorter one."]);
});

test("what is not answered yet goes under the old name, and is not sent twice, when the name is changed", limit, async (t) => {
  const ada = await openWindow(t, chat, "Ada Byron", "vestry");
  const grace = await openWindow(t, chat, "Grace Hopper", "vestry");
  await ada.isWith("Ada Byron (you)", "Grace Hopper");
  // In one turn of the page's script: the answer cannot have come before the name is changed.
  await ada.page.evaluate(() => {
    document.getElementById("body").value = "I do.";
    document.getElementById("composer").requestSubmit();
    document.getElementById("name").value = "Ada Lovelace";
    document.getElementById("name").dispatchEvent(new Event("change"));
  });
  await ada.hasSent("I do.");
  await grace.hears("I do.", "Ada Byron");
  await ada.isWith("Grace Hopper", "Ada Lovelace (you)");
  await grace.isWith("Grace Hopper (you)", "Ada Lovelace");
  await ada.say("Thank you.");
  await grace.hears("Thank you.", "Ada Lovelace");
  assert.equal(await ada.page.locator(".failure:visible").count(), 0);
  assert.deepEqual(await grace.page.locator(".body").allTextContents(), ["I do.", "Thank you."]);
});

for (const colorScheme of ["light", "dark"]) {
  test(`the page fits a phone, ${colorScheme}`, limit, async (t) => {
    const ada = await openWindow(t, chat, "Ada Lovelace", "tea");
    const phone = await openWindow(t, chat, "Linus", "tea", { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme });

    await ada.say("A phone? Let us see how a longer text looks there, and whether it is wrapped.");
    await phone.hears("A phone? Let us see how a longer text looks there, and whether it is wrapped.", "Ada Lovelace");
    await phone.say(`It fits into a pocket: https://example.org/${"averylongpath/".repeat(6)}`);
    await phone.shows(".mine[data-state=sent]");
    await phone.page.tap("[data-room=random]");
    await phone.shows("#room-name:text-is('random')");
    await ada.say("Are you still there?");
    await phone.shows("[data-room=tea] .unread:text-is('1')");
    await phone.screenshot(`phone-${colorScheme}-unread`);
    await phone.page.tap("[data-room=tea]");
    await phone.hears("Are you still there?", "Ada Lovelace");

    await phone.screenshot(`phone-${colorScheme}`);
    await phone.fits();

    await phone.page.fill("#new-room", "a room with a longer name");
    await phone.page.press("#new-room", "Enter");
    await phone.shows("#room-name:text-is('a room with a longer name')");
    await phone.fits();
    await phone.screenshot(`phone-${colorScheme}-many-rooms`);
    const red = await phone.page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.documentElement).backgroundColor)[0]));
    assert.equal(red < 128, colorScheme === "dark");
  });
}
