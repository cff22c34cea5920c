import { Presence, Socket } from "./lib/phoenix.mjs";

const DEFAULT_ROOMS = ["lobby", "random", "music"];
const MAX_NAME = 40;
const MAX_SHOWN = 500;
const SEND_TIMEOUT = 5_000;
const GROUP_WITHIN = 5 * 60_000;

const $ = (id) => document.getElementById(id);
const copyOf = (template) => $(template).content.firstElementChild.cloneNode(true);
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

// By name: { name, link, badge, list, user, channel, presence, note, unread, unanswered }. There are a channel, a presence and the user's name in it while the room is joined.
const rooms = new Map();
let current;

// What a window has chosen is its own, so that two windows can be two people. A new window starts with the last choice.
const recall = (key) => sessionStorage.getItem(key) ?? localStorage.getItem(key);
let myName = recall("name") ?? `Guest ${100 + Math.floor(900 * Math.random())}`;

function remember(key, value) {
  sessionStorage.setItem(key, value);
  localStorage.setItem(key, value);
}

// ---- The connection: phoenix.js connects again by itself, and then joins what was joined.

const socket = new Socket("/socket");
socket.onOpen(() => showStatus("online", "Online"));
socket.onClose(() => showStatus("offline", "Offline"));
socket.onError(() => showStatus("offline", "Offline"));

function showStatus(state, text) {
  if ($("status").dataset.state === state) return;
  $("status").dataset.state = state;
  $("status").textContent = text;
}

// ---- Rooms

const joined = () => [...rooms.values()].filter((room) => room.channel);
const hashOf = (name) => `#${new URLSearchParams({ room: name })}`;
const roomInAddress = () => new URLSearchParams(location.hash.slice(1)).get("room")?.trim().slice(0, MAX_NAME);

function roomNamed(name) {
  if (rooms.has(name)) return rooms.get(name);

  const entry = copyOf("room");
  const link = entry.querySelector("a");
  link.href = hashOf(name);
  link.dataset.room = name;
  entry.querySelector(".label").textContent = name;
  $("room-list").append(entry);

  const list = document.createElement("ol");
  list.dataset.room = name;
  Object.assign(list, { hidden: true, role: "log", ariaLabel: `Messages in ${name}` });
  $("empty").before(list);

  const room = { name, link, badge: entry.querySelector(".unread"), list, note: "", unread: 0, unanswered: 0 };
  rooms.set(name, room);
  return room;
}

function join(room) {
  room.user = myName;
  room.channel = socket.channel(`room:${room.name}`, { user: room.user });
  room.presence = new Presence(room.channel);
  room.presence.onSync(() => showPeople(room));
  room.channel.on("new_msg", (message) => receive(room, message));
  room.channel.onError(() => showNote(room, "Waiting to join again"));
  room.channel.join()
    .receive("ok", () => showNote(room, ""))
    .receive("error", ({ reason }) => showNote(room, `Not joined: ${reason}`))
    .receive("timeout", () => showNote(room, "Not joined: no answer"));
  room.link.dataset.joined = "";
  showNote(room, "Joining");
  rememberJoined();
}

/** A channel has the name that it was joined with. What is still to be answered was written under that name: it goes first. */
function joinUnderNewName(room) {
  if (!room.channel || room.user === myName || room.unanswered > 0) return;
  room.channel.leave();
  join(room);
}

function leave(room) {
  room.channel.leave();
  room.channel = room.presence = undefined;
  room.list.replaceChildren();
  delete room.link.dataset.joined;
  if (!DEFAULT_ROOMS.includes(room.name)) {
    room.link.parentElement.remove();
    room.list.remove();
    rooms.delete(room.name);
  }
  rememberJoined();
  location.replace(hashOf(joined()[0].name));
}

function rememberJoined() {
  remember("rooms", JSON.stringify(joined().map((room) => room.name)));
  $("leave").hidden = joined().length < 2;
}

function show(room) {
  if (!room.channel) join(room);
  current?.list.setAttribute("hidden", "");
  current?.link.removeAttribute("aria-current");
  current = room;
  room.list.hidden = false;
  room.link.ariaCurrent = "page";
  room.link.scrollIntoView({ block: "nearest", inline: "nearest" });
  $("room-name").textContent = room.name;
  $("body").placeholder = `Write to ${room.name}`;
  showNote(room, room.note);
  showPeople(room);
  countUnread(room, 0);
  scrollToEnd();
}

function showNote(room, note) {
  room.note = note;
  if (room === current) $("room-note").textContent = note;
}

function countUnread(room, count) {
  room.unread = count;
  room.badge.hidden = count === 0;
  room.badge.textContent = count;
  room.link.ariaLabel = count ? `${room.name}, ${count} unread` : null;
  const total = joined().reduce((sum, { unread }) => sum + unread, 0);
  document.title = `${total ? `(${total}) ` : ""}${current.name} · Chat`;
}

// ---- People: phoenix.js keeps the list of who is in a room. A user has a meta for each window.

function showPeople(room) {
  if (room !== current) return;
  const people = room.presence.list((user, { metas }) => ({ user, windows: metas.length, since: Math.min(...metas.map((meta) => meta.onlineAt)) }));
  people.sort((one, other) => one.since - other.since);
  $("people").replaceChildren(...people.map(personElement));
  $("people-count").textContent = people.length;
  $("alone").hidden = people.length > 1;
}

function personElement({ user, windows }) {
  const item = copyOf("person");
  showUser(item, user);
  item.querySelector(".about").textContent = [user === myName && "you", windows > 1 && `${windows} windows`].filter(Boolean).join(" · ");
  return item;
}

function showUser(item, user) {
  item.dataset.user = user;
  item.style.setProperty("--hue", [...user].reduce((hash, char) => (hash * 31 + char.codePointAt(0)) % 360, 7));
  item.querySelector(".avatar").textContent = [...user][0].toUpperCase();
  item.querySelector(".user").textContent = user;
}

// ---- Messages

function receive(room, { user, body, at }) {
  append(room, messageElement(user, body, at));
  if (room !== current || document.hidden) countUnread(room, room.unread + 1);
}

function send(room, body) {
  const item = messageElement(room.user, body, Date.now());
  item.classList.add("mine");
  item.querySelector(".retry").addEventListener("click", () => {
    push(room, item, { body });
    $("body").focus();
  });
  item.querySelector(".edit").addEventListener("click", () => {
    item.remove();
    write(body);
    $("body").focus();
  });
  push(room, item, { body });
}

function push(room, item, message) {
  const settle = (state, failure = "") => {
    item.dataset.state = state;
    item.querySelector(".failure").hidden = !failure;
    item.querySelector(".reason").textContent = failure;
  };
  const answer = (state, failure) => {
    settle(state, failure);
    room.unanswered--;
    joinUnderNewName(room);
  };
  settle("sending");
  room.unanswered++;
  append(room, item);
  scrollToEnd();
  // Where the room is not joined at the moment, phoenix.js keeps the push until it is, or its time is over.
  room.channel.push("new_msg", message, SEND_TIMEOUT)
    .receive("ok", ({ at }) => { setTime(item, at); answer("sent"); })
    .receive("error", ({ reason }) => answer("refused", `Not sent: ${reason}`))
    .receive("timeout", () => answer("failed", "Not sent: no answer"));
}

function messageElement(user, body, at) {
  const item = copyOf("message");
  showUser(item, user);
  item.querySelector(".body").textContent = body;
  setTime(item, at);
  return item;
}

function setTime(item, at) {
  item.dataset.at = at;
  const time = item.querySelector("time");
  time.dateTime = new Date(at).toISOString();
  time.textContent = clock.format(at);
}

function append({ list }, item) {
  const formerNext = item.nextElementSibling;
  list.append(item);
  if (list.children.length > MAX_SHOWN) list.firstElementChild.remove();
  [item, formerNext, list.firstElementChild].forEach((changed) => changed && group(changed));
}

/** A message that follows one of the same person goes without the name. */
function group(item) {
  const before = item.previousElementSibling;
  const follows = before !== null && before.className.includes("mine") === item.className.includes("mine")
    && before.dataset.user === item.dataset.user && item.dataset.at - before.dataset.at < GROUP_WITHIN;
  item.classList.toggle("follows", follows);
}

/** The list is laid out from its end (see chat.css), so it stays there by itself unless it has been scrolled. */
function scrollToEnd() {
  $("messages").scrollTop = 0;
}

function write(text) {
  $("body").value = text;
  fitComposer();
}

function fitComposer() {
  $("body").rows = Math.min(6, $("body").value.split("\n").length);
}

// ---- The page

function openRoomInAddress() {
  show(roomNamed(roomInAddress() || recall("room") || DEFAULT_ROOMS[0]));
  remember("room", current.name);
  if (matchMedia("(pointer: fine)").matches) $("body").focus(); // On a phone it would open the keyboard.
}

$("new-room-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("new-room").value.trim();
  if (name) location.hash = hashOf(name);
  $("new-room").value = "";
});

$("leave").addEventListener("click", () => leave(current));

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = $("body").value.trim();
  if (body) send(current, body);
  write("");
});

$("body").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});

$("body").addEventListener("input", fitComposer);

$("name").addEventListener("change", () => {
  const name = $("name").value.trim() || myName;
  $("name").value = name;
  if (name === myName) return;
  myName = name;
  remember("name", myName);
  joined().forEach(joinUnderNewName);
});

$("name-form").addEventListener("submit", (event) => {
  event.preventDefault();
  $("body").focus();
});

addEventListener("hashchange", openRoomInAddress);
document.addEventListener("visibilitychange", () => document.hidden || countUnread(current, 0));

sessionStorage.setItem("name", myName);
$("name").value = myName;
DEFAULT_ROOMS.forEach(roomNamed);
socket.connect();
for (const name of JSON.parse(recall("rooms") ?? "[]")) join(roomNamed(name));
openRoomInAddress();
