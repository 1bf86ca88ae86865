/** `<typing-line>` above the composer: who writes in the open conversation just now, and what, where a site shows that. */
import { hear } from "./region.js";

const SHOWN_MS = 6000;

export class TypingLine extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #hiding;

  connectedCallback() {
    this.#hearing = hear(this, {
      "frame:typing": ({ conversation, name, on, text = "" }) => conversation === this.#workspace?.conversation && this.#show(name, on, text),
      "frame:message": (message) => this.#saidBy(message) && this.#hide(),
    });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    clearTimeout(this.#hiding);
  }

  get #workspace() {
    return /** @type {import("./workspace.js").ZoneWorkspace | null} */ (this.closest("zone-workspace"));
  }

  get #line() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-typing] > span"));
  }

  /** Who has said it writes no more. @param {import("./region.js").Frame} message */
  #saidBy({ conversation, author }) {
    const workspace = this.#workspace;
    return conversation === workspace?.conversation && (author.kind === "visitor" || workspace?.isInternal);
  }

  /** @param {string} name @param {boolean} on @param {string} text */
  #show(name, on, text) {
    clearTimeout(this.#hiding);
    this.#line.hidden = !on;
    /** @type {HTMLElement} */ (this.#line.querySelector("[data-name]")).textContent = name;
    const typed = /** @type {HTMLElement | null} */ (this.querySelector("[data-typed]"));
    if (typed) {
      typed.hidden = !on || !text;
      /** @type {Element} */ (typed.firstElementChild).textContent = on ? text : "";
    }
    if (on) this.#hiding = setTimeout(() => this.#hide(), SHOWN_MS);
  }

  #hide() {
    this.#show("", false, "");
  }
}

customElements.define("typing-line", TypingLine);
