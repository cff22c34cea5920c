import { Presence, Socket } from "phoenix";

const $ = (id) => document.getElementById(id);
const name = new URLSearchParams(location.search).get("name") ?? `guest-${Math.floor(Math.random() * 1000)}`;

const socket = new Socket("/socket", { params: { name } });
socket.onError(() => ($("status").textContent = "Connecting again"));
socket.connect();

const room = socket.channel("room:lobby");
const presence = new Presence(room);

presence.onSync(() => ($("people").textContent = presence.list((user) => user).join(", ")));
room.on("new_msg", ({ from, body }) => {
  const item = document.createElement("li");
  item.textContent = `${from}: ${body}`;
  $("messages").append(item);
});
room.join()
  .receive("ok", () => ($("status").textContent = `You are ${name}`))
  .receive("error", ({ reason }) => ($("status").textContent = `Not joined: ${reason}`));

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  room.push("new_msg", { body: $("body").value })
    .receive("error", ({ reason }) => ($("status").textContent = `Not sent: ${reason}`));
  $("body").value = "";
});
