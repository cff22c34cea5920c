// What phoenix.js finds in a browser and old lines insist on. Import it before them.
import { WebSocket } from "ws";

/** XMLHttpRequest as far as phoenix.js uses it, with its events in the order of the standard. */
class XMLHttpRequest {
  readyState = 0;
  responseText = "";
  timeout = 0;
  onreadystatechange = null;
  onload = null;
  onerror = null;
  ontimeout = null;
  onabort = null;

  #request;
  #headers = {};
  #sending = null;
  #timer = null;

  open(method, url) {
    this.#request = { method, url };
    this.#enter(1);
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  send(body) {
    const { method, url } = this.#request, sending = new AbortController();
    this.#sending = sending;
    if (this.timeout > 0) this.#timer = setTimeout(() => this.#end(sending, "timeout"), this.timeout);
    fetch(url, { method, body, headers: this.#headers, signal: sending.signal })
      .then((response) => response.text())
      .then((text) => this.#end(sending, "load", text), () => this.#end(sending, "error"));
  }

  abort() {
    if (this.#sending) this.#end(this.#sending, "abort");
  }

  #end(sending, event, text = "") {
    if (this.#sending !== sending) return;
    this.#sending = null;
    clearTimeout(this.#timer);
    sending.abort();
    this.responseText = text;
    this.#enter(4);
    this[`on${event}`]?.();
  }

  #enter(state) {
    this.readyState = state;
    this.onreadystatechange?.();
  }
}

Object.assign(globalThis, { window: globalThis, WebSocket, XMLHttpRequest });
