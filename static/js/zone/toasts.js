/** @typedef {"offline" | "failed" | "missing" | "missingChat" | "noDrop" | "refused"} Words */
import { conversationIn, hear, parse } from "./region.js";

const SHOWN_MS = 6000;
// What took a conversation away says so itself, or is one's own deed that is being answered.
const SETTLE_MS = 1000;

/**
 * `<zone-toasts>`: short words in the corner, gone after six seconds; longer under the pointer. One
 * event has one line: that a conversation is gone is said where nothing else was said of it.
 */
export class ZoneToasts extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {Map<string, number>} conversations of which something was said or done, and when */
  #told = new Map();
  /** @type {string[]} conversations with which something is being done */
  #deeds = [];

  connectedCallback() {
    this.#hearing = hear(this, {
      say: ({ name, reason, words }) => (words === undefined ? this.say(name, reason) : this.show(words)),
      gone: ({ conversation, name }) => this.#sayGone(conversation, name),
      "frame:fragment": ({ target, html, action }) => {
        const element = target === "toasts" && action !== "remove" ? parse(html) : null;
        if (!element) return;
        this.#told.set(element.dataset.conversation ?? "", Date.now());
        this.show(element.textContent ?? "");
      },
      "htmx:beforeRequest": ({ requestConfig }) => this.#begun(requestConfig),
      "htmx:afterRequest": ({ requestConfig, successful }) => this.#done(requestConfig, successful),
      "htmx:sendError": () => this.say("offline"),
    });
    document.addEventListener("nodrop", this.#undropped);
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    document.removeEventListener("nodrop", this.#undropped);
  }

  /** @param {string} words */
  show(words) {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const clone = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const toast = /** @type {HTMLElement} */ (clone.firstElementChild);
    /** @type {HTMLElement} */ (toast.querySelector("[data-words]")).textContent = words;
    toast.querySelector("button")?.addEventListener("click", () => toast.remove());
    this.append(toast);
    const leave = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? leave() : toast.remove()), SHOWN_MS);
    leave();
  }

  /** Shows words that the page carries. @param {Words} name @param {string} [reason] */
  say(name, reason = "") {
    this.show((this.dataset[name] ?? "").replace("{reason}", reason));
  }

  /** @param {string} conversation @param {Words} name */
  #sayGone(conversation, name) {
    setTimeout(() => {
      if (this.#deeds.includes(conversation)) return this.#sayGone(conversation, name);
      if (Date.now() - (this.#told.get(conversation) ?? 0) < SHOWN_MS) return undefined;
      this.#told.set(conversation, Date.now());
      return this.say(name);
    }, SETTLE_MS);
  }

  /** @param {{verb: string, path: string}} request */
  #begun({ verb, path }) {
    if (verb !== "get") this.#deeds.push(conversationIn(path));
  }

  /** @param {{verb: string, path: string}} request @param {boolean} isDone */
  #done({ verb, path }, isDone) {
    const conversation = conversationIn(path);
    if (verb === "get") return;
    this.#deeds.splice(this.#deeds.indexOf(conversation), 1);
    if (isDone) this.#told.set(conversation, Date.now());
  }

  #undropped = () => this.say("noDrop");
}

customElements.define("zone-toasts", ZoneToasts);
