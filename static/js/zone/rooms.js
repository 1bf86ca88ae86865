/**
 * What a chat among staff has in the pane of conversations: `<internal-composer>` around
 * `<chat-composer>`, and `<chat-search>` in its head.
 *
 * Event of the composer, bubbling: `post` (detail {conversation, text, files, note: false, quote}).
 *
 * @typedef {import("../shared/chat-composer.js").ChatComposer} ChatComposer
 * @typedef {import("../shared/message-log.js").MessageLog} MessageLog
 */
import "../shared/chat-composer.js";
import { pageHeaders } from "../shared/page-headers.js";
import { emit, send } from "./region.js";

export class InternalComposer extends HTMLElement {
  connectedCallback() {
    this.composer = /** @type {ChatComposer | null} */ (this.querySelector("chat-composer"));
    this.addEventListener("compose", this.#composed);
    this.addEventListener("typing", this.#typed);
    if (!this.composer) return;
    // In markup that has just been swapped in, the parent is connected before the child is upgraded.
    customElements.upgrade(this.composer);
    this.composer.uploadHeaders = pageHeaders;
  }

  disconnectedCallback() {
    this.removeEventListener("compose", this.#composed);
    this.removeEventListener("typing", this.#typed);
  }

  get conversation() {
    return this.dataset.conversation ?? "";
  }

  get canReply() {
    return this.dataset.closed === undefined;
  }

  focusField() {
    this.querySelector("textarea")?.focus();
  }

  /** Nothing to choose. */
  show() {}

  /** @param {import("../shared/quotes.js").Quote} quote */
  quote(quote) {
    this.composer?.quote(quote);
  }

  /** @param {import("../shared/message-changes.js").Said} said */
  correct(said) {
    this.composer?.correct(said);
  }

  /** @param {Event} event */
  #composed = (event) => {
    const { text, files, quote } = /** @type {CustomEvent} */ (event).detail;
    emit(this, "post", { conversation: this.conversation, text, files, note: false, quote });
  };

  /** @param {Event} event */
  #typed = (event) => send(this, { type: "typing", conversation: this.conversation, on: /** @type {CustomEvent} */ (event).detail.on });
}

/** A field; what was found stands under it until Esc, a press elsewhere, or the message is shown. */
export class ChatSearch extends HTMLElement {
  /** @type {AbortController | null} */
  #listening = null;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.addEventListener("htmx:afterSettle", () => this.#open(this.field.value !== ""), { signal });
    this.addEventListener("focusin", () => this.#open(this.#hasFound), { signal });
    this.addEventListener("click", this.#chosen, { signal });
    this.addEventListener("keydown", this.#escaped, { signal });
    document.addEventListener("pointerdown", this.#pressedElsewhere, { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  get field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get #results() {
    return /** @type {HTMLElement} */ (this.querySelector(".popover"));
  }

  get #hasFound() {
    return this.field.value !== "" && this.querySelector(".chat-found")?.firstElementChild !== null;
  }

  #open(isOpen = true) {
    this.#results.hidden = !isOpen;
  }

  /** @param {Event} event */
  #chosen = (event) => {
    const one = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-reveal]"));
    if (!one) return;
    this.#open(false);
    const log = /** @type {MessageLog | null | undefined} */ (this.closest("#workspace")?.querySelector("message-log"));
    log?.reveal(`[data-seq="${one.dataset.reveal}"]`);
  };

  /** @param {KeyboardEvent} event */
  #escaped = (event) => {
    if (event.key !== "Escape" || this.#results.hidden) return;
    event.stopPropagation();
    event.preventDefault();
    this.field.focus();
    this.#open(false);
  };

  /** @param {Event} event */
  #pressedElsewhere = (event) => {
    if (!this.contains(/** @type {Node} */ (event.target))) this.#open(false);
  };
}

customElements.define("internal-composer", InternalComposer);
customElements.define("chat-search", ChatSearch);
