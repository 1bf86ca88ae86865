/**
 * All templates that one may insert: asked for once by a tab, again when the server says that they
 * are others.
 *
 * Event: `change`.
 *
 * @typedef {import("./template-search.js").Template} Template
 * @typedef {import("./template-search.js").Entry} Entry
 */
import { pageHeaders } from "../shared/page-headers.js";
import { entryOf } from "./template-search.js";
import { wordsIn } from "./template-text.js";

export class TemplateStore extends EventTarget {
  /** @type {Entry[]} */
  entries = [];
  /** @type {Record<string, string>} what administrators' own placeholders stand for */
  words = {};
  /** All names that stand in templates. @type {Set<string>} */
  names = new Set();
  /** @type {"waiting" | "there" | "failed"} */
  state = "waiting";
  #tag = "";
  /** @type {Promise<void> | null} */
  #asking = null;
  #isOutdated = false;

  /** Unless they are there. @param {string} address */
  begin(address) {
    this.address = address;
    if (this.state !== "there") this.renew();
  }

  /** Those that nobody has asked for yet are not. One that comes while another runs, runs after it. */
  renew() {
    if (!this.address) return;
    this.#isOutdated = true;
    this.#asking ??= this.#askAll().finally(() => (this.#asking = null));
  }

  async #askAll() {
    while (this.#isOutdated) {
      this.#isOutdated = false;
      await this.#ask();
    }
  }

  async #ask() {
    try {
      const headers = { ...pageHeaders(), "If-None-Match": this.#tag };
      const answer = await fetch(this.address ?? "", { headers, cache: "no-store" });
      if (answer.status === 304) return;
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.#take(await answer.json());
      this.#tag = answer.headers.get("ETag") ?? "";
    } catch {
      if (this.state !== "there") this.state = "failed";
    }
    this.dispatchEvent(new Event("change"));
  }

  /** @param {{templates: Template[], words: Record<string, string>}} given */
  #take({ templates, words }) {
    this.entries = templates.map(entryOf);
    this.words = words;
    this.names = new Set([...Object.keys(words), ...templates.flatMap(({ text }) => wordsIn(text))]);
    this.state = "there";
  }

  /** Went out in one answer: counted there, and here until they are asked for again. @param {Set<number>} ids @param {string} address */
  used(ids, address) {
    if (ids.size === 0) return;
    for (const { template } of this.entries) if (ids.has(template.id)) template.uses += 1;
    const body = new URLSearchParams([...ids].map((id) => ["template", String(id)]));
    // A count that is lost with the link is no loss to who writes.
    fetch(address, { method: "POST", body, headers: pageHeaders(), keepalive: true }).catch(() => {});
  }
}

export const store = new TemplateStore();
