/** @typedef {"offline" | "failed" | "missing" | "missingChat" | "noDrop" | "refused"} Words */
import { hear, parse } from "./region.js";

const SHOWN_MS = 6000;

/** `<zone-toasts>`: short words in the corner, gone after six seconds; longer under the pointer. */
export class ZoneToasts extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;

  connectedCallback() {
    this.#hearing = hear(this, {
      say: ({ name, reason, words }) => (words === undefined ? this.say(name, reason) : this.show(words)),
      "frame:fragment": ({ target, html, action }) => {
        const element = target === "toasts" && action !== "remove" ? parse(html) : null;
        if (element) this.show(element.textContent ?? "");
      },
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

  #undropped = () => this.say("noDrop");
}

customElements.define("zone-toasts", ZoneToasts);
