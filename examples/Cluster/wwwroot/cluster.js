import { LongPoll, Presence, Socket } from "./lib/phoenix.mjs";

const NAMES = ["Ada", "Alan", "Barbara", "Donald", "Edsger", "Frances", "Grace", "Jean", "Joe", "Ken", "Margaret", "Robin", "Tony", "Vint"];
const MAX_SHOWN = 200;
const LOOK_EVERY = 500;

const copyOf = (template) => document.getElementById(template).content.firstElementChild.cloneNode(true);

/** Shows a node's name, in its colour: `down` is on the page's body, so that a badge is struck out as long as its node is down. */
function badge(node, element = document.createElement("span")) {
  element.className = "badge";
  element.dataset.node = element.textContent = node;
  element.title = `on node ${node}`;
  return element;
}

// ---- The nodes: what the front says of them.

const nodes = new Map();

function showNode({ name, state, processId }) {
  const card = nodes.get(name) ?? addNode(name);
  if (card.dataset.state === state && card.dataset.process === String(processId)) return;
  card.dataset.state = state;
  card.dataset.process = processId;
  card.querySelector(".state").textContent = { up: "Up", down: "Killed", starting: "Starting" }[state];
  card.querySelector(".process").textContent = processId ? `process ${processId}` : "starts again by itself";
  const button = card.querySelector("button");
  button.textContent = state === "down" ? "Start now" : "Kill";
  button.ariaLabel = state === "down" ? `Start node ${name} now` : `Kill node ${name}`;
  document.body.dataset.down = [...nodes].filter(([, { dataset }]) => dataset.state !== "up").map(([node]) => node).join(" ");
}

function addNode(name) {
  const card = copyOf("node");
  card.dataset.node = name;
  badge(name, card.querySelector(".badge"));
  card.querySelector("button").addEventListener("click", async () => {
    await fetch(`/nodes/${name}/${card.dataset.state === "down" ? "start" : "kill"}`, { method: "POST" });
    await look();
  });
  document.getElementById("nodes").append(card);
  nodes.set(name, card);
  return card;
}

async function look() {
  const answer = await fetch("/nodes").catch(() => undefined); // The front may be gone.
  if (answer?.ok) (await answer.json()).forEach(showNode);
}

async function keepLooking() {
  await look();
  setTimeout(keepLooking, LOOK_EVERY);
}

// ---- The clients: each has a connection of its own, to whichever node the load balancer gives it.

class Client {
  constructor(name) {
    this.name = name;
    this.pane = copyOf("client");
    this.pane.ariaLabel = `${name}'s window`;
    const find = (selector, label) => Object.assign(this.pane.querySelector(selector), label && { ariaLabel: label });
    find("h2").textContent = name;
    this.place = find(".place");
    this.transport = find("select", `${name}'s transport`);
    this.people = find(".people", `Who is there, as ${name} sees it`);
    this.messages = find("ol", `Messages that ${name} sees`);
    this.input = find("input", `Message from ${name}`);
    this.input.placeholder = `Write as ${name}`;
    this.transport.addEventListener("change", () => this.connect());
    find(".again", `Reconnect ${name}`).addEventListener("click", () => this.connect());
    find(".messages", `Messages that ${name} sees`);
    find("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(this.input.value.trim());
    });
    document.getElementById("clients").append(this.pane);
    this.connect();
  }

  /** When the connection is lost, phoenix.js connects again by itself, and joins what was joined. */
  connect() {
    this.socket?.disconnect();
    const socket = this.socket = new Socket("/socket", { transport: this.transport.value === "longpoll" ? LongPoll : WebSocket });
    const away = () => { if (socket === this.socket) this.isOn(undefined); };
    socket.onClose(away);
    socket.onError(away);
    away();

    this.channel = socket.channel("room:lobby", { user: this.name });
    const presence = new Presence(this.channel);
    presence.onSync(() => this.showPeople(presence.list((user, { metas }) => ({ user, nodes: metas.map((meta) => meta.node) }))));
    this.channel.on("new_msg", (message) => this.show(message));
    this.channel.onError(away);
    this.channel.join().receive("ok", ({ node }) => this.isOn(node));
    socket.connect();
  }

  isOn(node) {
    this.pane.dataset.node = node ?? "";
    this.place.replaceChildren(...node ? ["on ", badge(node)] : ["connecting …"]);
  }

  /** Somebody whose node was killed is on two for some seconds: the other nodes wait before they believe that it is gone. */
  showPeople(people) {
    this.people.replaceChildren(...people.sort((one, other) => one.user.localeCompare(other.user)).map(({ user, nodes }) => {
      const item = document.createElement("li");
      item.append(user, " ", ...nodes.sort().map((node) => badge(node)));
      return item;
    }));
  }

  /** What is not answered stays in the input, to be sent again. */
  send(body) {
    this.channel.push("new_msg", { body }).receive("ok", () => {
      if (this.input.value.trim() === body) this.input.value = "";
    });
  }

  show({ user, node, body }) {
    const item = copyOf("message");
    item.classList.toggle("mine", user === this.name);
    item.dataset.node = node;
    item.querySelector(".user").textContent = user;
    badge(node, item.querySelector(".badge"));
    item.querySelector(".body").textContent = body;
    this.messages.append(item);
    if (this.messages.children.length > MAX_SHOWN) this.messages.firstElementChild.remove();
  }
}

// Two people of this window: several windows are several pairs.
const any = () => NAMES.splice(Math.floor(Math.random() * NAMES.length), 1)[0];
keepLooking();
[any(), any()].forEach((name) => new Client(name));
