/**
 * What a person wrote and the server has not yet confirmed.
 *
 * @typedef {import("./connection.js").Connection} Connection
 * @typedef {import("./connection.js").Frame} Frame
 * @typedef {{title: string, url: string, domain: string, rest: string, isMixed: boolean}} LinkCard with the domain as it is shown
 * @typedef {{id: string, name: string, size: number, isGone?: boolean, link?: LinkCard}} FileRef isGone: the server has it no more; link: it is no file but a card
 * @typedef {import("./quotes.js").Quote} Quote
 * @typedef {{id: string, at: number, text: string, files: FileRef[], conversation?: string, note?: boolean, quote?: Quote, email?: string, consent?: number, ticket?: string, refused?: string}} Entry
 */
import { AGAIN_MS, PASSING, newId } from "./connection.js";
import { keep } from "./keep.js";

export { keep };

/**
 * An ordered list of unsent messages. Each entry has its own key, so tabs never overwrite each
 * other; two tabs sending the same entry are harmless, because its id is unique on the server.
 *
 * Events: `change` (the list is different, also through another tab), `settled` (detail {entry, ack}),
 * `refused` (detail {entry, detail}).
 */
export class Outbox extends EventTarget {
  #prefix;
  #isFlushing = false;
  #isWantedAgain = false;
  /** Until then, what a killed browser kept may still be missing. */
  ready = keep.ready.then(() => this.#changed());

  /** @param {string} scope who writes where, e.g. `widget:demo:7f3a` */
  constructor(scope) {
    super();
    this.#prefix = `outbox:${scope}:`;
    addEventListener("storage", (event) => {
      if (event.key?.startsWith(this.#prefix)) this.#changed();
    });
  }

  /**
   * @param {{text: string, files?: FileRef[], conversation?: string, note?: boolean, quote?: Quote, email?: string, consent?: number}} message
   * @returns {Entry}
   */
  add({ text, files = [], ...rest }) {
    const entry = { ...rest, id: newId(), at: Date.now(), text, files };
    const last = this.#all().at(-1);
    if (last && entry.at <= last.at) entry.at = last.at + 1;
    this.#write(entry);
    this.#changed();
    return entry;
  }

  /** @returns {Entry[]} waiting to be sent, oldest first */
  pending() {
    return this.#all().filter((entry) => entry.refused === undefined);
  }

  /**
   * Removes and returns what the server refused, to be given back to the person.
   * @param {(entry: Entry) => boolean} [wanted]
   * @returns {Entry[]}
   */
  takeRefused(wanted = () => true) {
    const taken = this.#all().filter((entry) => entry.refused !== undefined && wanted(entry));
    for (const { id } of taken) this.settle(id);
    return taken;
  }

  /** @param {string} id */
  settle(id) {
    for (const key of this.#keys(id)) keep.set(key, null);
    this.#changed();
  }

  /**
   * Keeps the text, marked with the reason, until somebody takes it back.
   * @param {string} id
   * @param {string} detail
   * @param {string[]} gone files that the server has no more
   */
  refuse(id, detail, gone = []) {
    const entry = this.#all().find((one) => one.id === id);
    if (!entry) return;
    const files = entry.files.map((file) => (gone.includes(file.id) ? { ...file, isGone: true } : file));
    this.#write({ ...entry, files, refused: detail });
    this.#changed();
    this.dispatchEvent(new CustomEvent("refused", { detail: { entry, detail } }));
  }

  /**
   * Sends what is pending, in order, one at a time.
   * @param {Connection} connection
   */
  async flush(connection) {
    this.#isWantedAgain = true;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      await this.ready;
      while (this.#isWantedAgain) {
        this.#isWantedAgain = false;
        await this.#sendAll(connection);
      }
    } finally {
      this.#isFlushing = false;
    }
  }

  /** @param {Connection} connection */
  async #sendAll(connection) {
    for (let entry = this.pending()[0]; entry && connection.connected; entry = this.pending()[0]) {
      const { id, conversation, note, text, files: carried, quote, email, consent, ticket } = entry;
      const files = carried.filter(({ link }) => !link).map((file) => file.id);
      const card = carried.find(({ link }) => link)?.link;
      // Its sender was shown the domain, and what is wrong with it.
      const link = card && { title: card.title, url: card.url, even_mixed: card.domain };
      try {
        const ack = await connection.request({ type: "message", id, conversation, note, text, files, quotes: quote?.id, email, consent, ticket, link });
        this.settle(id);
        this.dispatchEvent(new CustomEvent("settled", { detail: { entry, ack } }));
      } catch (error) {
        const { code, detail, files: gone } = /** @type {import("./connection.js").Refusal} */ (error);
        if (code === "disconnected") return;
        if (PASSING.has(code)) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        else this.refuse(id, detail, gone);
      }
    }
  }

  /** @param {string} [id] keys sort by time, because the time is written with a fixed width */
  #keys(id = "") {
    return keep.keys(this.#prefix).filter((key) => key.endsWith(id)).sort();
  }

  /** @returns {Entry[]} */
  #all() {
    return this.#keys().map((key) => keep.get(key)).filter(Boolean);
  }

  /** @param {Entry} entry */
  #write(entry) {
    keep.set(`${this.#prefix}${String(entry.at).padStart(15, "0")}:${entry.id}`, entry);
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
