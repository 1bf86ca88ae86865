/**
 * `<zone-composer>` around `<chat-composer>`: to whom one writes. The mode is kept with the draft,
 * so that a note begun before a reload, or in another tab, can not go out as an answer.
 *
 * Event, bubbling: `post` (detail {conversation, text, files, note, quote}).
 *
 * @typedef {import("../shared/chat-composer.js").ChatComposer} ChatComposer
 * @typedef {"reply" | "note"} Mode
 */
import { isBlank } from "../shared/blank.js";
import "../shared/chat-composer.js";
import { pageHeaders } from "../shared/page-headers.js";
import { emit, send } from "./region.js";
import { fillCard, sorted } from "./template-links.js";

export class ZoneComposer extends HTMLElement {
  connectedCallback() {
    this.composer = /** @type {ChatComposer} */ (this.querySelector("chat-composer"));
    // In markup that has just been swapped in, the parent is connected before the child is upgraded.
    customElements.upgrade(this.composer);
    this.composer.uploadHeaders = pageHeaders;
    this.composer.mode = () => this.#modeToKeep;
    this.composer.fillCard = fillCard;
    this.composer.refusesFiles = this.canReply ? "" : this.dataset.noFiles ?? "";
    this.addEventListener("draft", this.#drafted);
    this.addEventListener("compose", this.#composed);
    this.addEventListener("typing", this.#typed);
    this.addEventListener("click", this.#clicked);
    this.addEventListener("keydown", this.#moved);
    this.#tab("reply").setAttribute("aria-disabled", String(!this.canReply));
    /** @type {HTMLElement} */ (this.querySelector("[data-no-reply]")).hidden = this.canReply;
    this.#paint(this.composer.draft?.mode);
  }

  disconnectedCallback() {
    this.removeEventListener("draft", this.#drafted);
    this.removeEventListener("compose", this.#composed);
    this.removeEventListener("typing", this.#typed);
    this.removeEventListener("click", this.#clicked);
    this.removeEventListener("keydown", this.#moved);
  }

  get conversation() {
    return this.dataset.conversation ?? "";
  }

  get canReply() {
    return this.dataset.canReply === "yes";
  }

  /** @returns {Mode} */
  get mode() {
    return this.classList.contains("is-note") ? "note" : "reply";
  }

  toggleNote() {
    this.show(this.mode === "note" && this.canReply ? "reply" : "note");
    this.focusField();
  }

  focusField() {
    this.querySelector("textarea")?.focus();
  }

  /** A note is answered by a note. @param {import("../shared/quotes.js").Quote} quote */
  quote(quote) {
    if (quote.isNote) this.#paint("note");
    this.composer?.quote(quote);
  }

  /** @param {import("../shared/message-changes.js").Said} said */
  correct(said) {
    this.#paint(said.isNote ? "note" : "reply");
    this.composer?.correct(said);
  }

  /** @param {Mode} mode */
  show(mode) {
    this.#paint(mode);
    this.composer?.save();
  }

  /** @param {string} [wanted] */
  #paint(wanted) {
    const mode = wanted === "note" || !this.canReply ? "note" : "reply";
    this.classList.toggle("is-note", mode === "note");
    for (const tab of [this.#tab("reply"), this.#tab("note")]) {
      const isChosen = tab.dataset.mode === mode;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    this.querySelector("[role=tabpanel]")?.setAttribute("aria-labelledby", `mode-${mode}`);
    const field = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    field.placeholder = (mode === "note" ? field.dataset.placeholderNote : field.dataset.placeholderReply) ?? "";
  }

  // Kept as long as there is a draft: a note begun before «Принять» stays a note after it.
  get #modeToKeep() {
    const isDraft = this.canReply || (this.composer?.text ?? "").trim() !== "";
    return isDraft && this.mode === "note" ? "note" : "";
  }

  /** @param {Event} event */
  #drafted = (event) => this.#paint(/** @type {CustomEvent} */ (event).detail.mode);

  /** @param {Mode} mode */
  #tab(mode) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-mode="${mode}"]`));
  }

  /** @param {Event} event */
  #composed = (event) => {
    const { text, files, quote } = /** @type {CustomEvent} */ (event).detail;
    const note = this.mode === "note";
    if (note && !text.trim()) return event.preventDefault();
    if (quote?.isNote && !note) {
      this.composer?.problem(this.dataset.noteQuoted ?? "");
      return event.preventDefault();
    }
    const { words, cards } = sorted({ text: isBlank(text) ? "" : text, files, note });
    const { conversation } = this;
    if (words) emit(this, "post", { conversation, text, files: words, note, quote });
    for (const card of cards) emit(this, "post", { conversation, text: "", files: [card], note });
    // A note carries no files: they stay attached for the answer.
    if (note && files.length) setTimeout(() => this.composer?.restore({ text: "", files }, ""));
    return undefined;
  };

  /** Colleagues' notes are none of the visitor's business, nor is that one is being written. @param {Event} event */
  #typed = (event) => {
    if (this.mode === "note") return;
    send(this, { type: "typing", conversation: this.conversation, on: /** @type {CustomEvent} */ (event).detail.on });
  };

  /** @param {Event} event */
  #clicked = (event) => {
    const tab = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-mode]"));
    if (!tab || tab.getAttribute("aria-disabled") === "true") return;
    this.show(/** @type {Mode} */ (tab.dataset.mode));
    this.focusField();
  };

  /** @param {KeyboardEvent} event */
  #moved = (event) => {
    const tab = /** @type {Element} */ (event.target).closest("[data-mode]");
    if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    const mode = this.mode === "note" && this.canReply ? "reply" : "note";
    this.show(mode);
    this.#tab(mode).focus();
  };
}

customElements.define("zone-composer", ZoneComposer);
