/**
 * `<who-looks>`: tells colleagues which conversation is before this operator's eyes, and shows in its
 * head who else looks at it or writes in it (templates/zone/conversation/_lookers.html).
 */
import { fill } from "../shared/chat-composer.js";
import { Lookers } from "./lookers.js";
import { hear, send, zoneOf } from "./region.js";

const AGAIN_MS = 10_000;
const TICK_MS = 1000;

export class WhoLooks extends HTMLElement {
  #lookers = new Lookers();
  #writes = false;
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {ReturnType<typeof setInterval>[]} */
  #tickers = [];

  connectedCallback() {
    this.#hearing = hear(this, {
      opened: ({ isNew }) => this.#opened(isNew),
      welcomed: () => this.#tell(),
      typing: ({ on }) => this.#typed(on),
      "frame:watching": (told) => this.#told(told),
    });
    document.addEventListener("visibilitychange", this.#tell, { signal: this.#hearing.signal });
    this.#tickers = [setInterval(() => this.#conversation && this.#tell(), AGAIN_MS), setInterval(this.#show, TICK_MS)];
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    for (const ticker of this.#tickers) clearInterval(ticker);
  }

  get #workspace() {
    return zoneOf(this)?.workspace;
  }

  /** The visitor's conversation that is open; chats among staff say who reads them by their marks. */
  get #conversation() {
    return this.#workspace?.isInternal ? "" : (this.#workspace?.conversation ?? "");
  }

  /** @param {boolean} isNew */
  #opened(isNew) {
    if (isNew) this.#lookers.clear();
    this.#show();
    // Not before what makes the server follow it.
    setTimeout(this.#tell);
  }

  /** @param {boolean} on */
  #typed(on) {
    this.#writes = on;
    this.#tell();
  }

  #tell = () => {
    const conversation = (!document.hidden && this.#conversation) || null;
    send(this, { type: "watch", conversation, writes: this.#writes && conversation !== null });
  };

  /** @param {any} told */
  #told(told) {
    if (told.conversation !== this.#conversation) return;
    this.#lookers.told(told, Date.now());
    this.#show();
  }

  #show = () => {
    const { looks, writes } = this.#lookers.at(Date.now());
    for (const [kind, names] of /** @type {const} */ ([["looks", looks], ["writes", writes]])) {
      const line = /** @type {HTMLElement | null | undefined} */ (this.#workspace?.querySelector(`[data-lookers=${kind}]`));
      const words = /** @type {HTMLElement | null | undefined} */ (line?.querySelector("[data-one]"));
      if (!line || !words) continue;
      line.hidden = names.length === 0;
      const said = fill((names.length > 1 ? words.dataset.many : words.dataset.one) ?? "", { names: names.join(", ") });
      if (words.textContent !== said) words.textContent = said;
    }
  };
}

customElements.define("who-looks", WhoLooks);
