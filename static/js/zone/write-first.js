/**
 * `<write-first>`: «Написать» at somebody who is merely on the site. What is being written is kept
 * by the visit until it is sent, and goes out under one number however often it is tried.
 *
 * @typedef {{text: string, id: string}} Draft
 * @typedef {import("./region.js").Refusal} Refusal
 */
import { textLength } from "../shared/chat-composer.js";
import { keep } from "../shared/keep.js";
import { isComposing } from "../shared/system.js";
import { ask, emit, hear, zoneOf } from "./region.js";

const OLD_MS = 24 * 3600 * 1000;

/** As it is sent: other words are another message. @param {Draft | null} kept @param {string} text @param {() => string} number @returns {Draft} */
export function drafted(kept, text, number) {
  return kept?.text === text ? kept : { text, id: number() };
}

export class WriteFirst extends HTMLElement {
  #visit = "";
  /** @type {Element | null} */
  #from = null;
  /** @type {AbortController | null} */
  #hearing = null;

  connectedCallback() {
    this.#hearing = hear(this, { click: (_, event) => this.#clicked(/** @type {Element} */ (event.target)) });
    const { signal } = this.#hearing;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.#field.addEventListener("input", () => this.#keep(), { signal });
    this.#field.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.#dialog.addEventListener("close", () => this.#closed(), { signal });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  get #prefix() {
    return `first:${zoneOf(this)?.dataset.account}:`;
  }

  get #key() {
    return this.#prefix + this.#visit;
  }

  /** @param {Element} target */
  #clicked(target) {
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-write-first]"));
    if (button) this.#open(button);
    else if (this.contains(target) && target.closest("[data-cancel]")) this.#dialog.close();
  }

  /** @param {HTMLElement} button of a row */
  #open(button) {
    const row = /** @type {HTMLElement} */ (button.closest("li"));
    this.#visit = button.dataset.writeFirst ?? "";
    this.#from = row;
    this.#forgetOld();
    this.#write("[data-whom]", row.dataset.name ?? "");
    this.#write("[data-where]", row.querySelector(".line")?.textContent ?? "");
    this.#field.value = /** @type {Draft | null} */ (keep.get(this.#key))?.text ?? "";
    this.#tell("");
    this.#dialog.showModal();
    this.#field.focus();
  }

  /** To who was left, where their row still stands. */
  #closed() {
    const row = this.#from && document.getElementById(this.#from.id);
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector(".visitor__link"))?.focus();
  }

  #forgetOld() {
    for (const key of keep.keys(this.#prefix)) {
      if ((keep.find(key)?.at ?? 0) < Date.now() - OLD_MS) keep.set(key, null);
    }
  }

  #keep() {
    const text = this.#field.value;
    keep.set(this.#key, text ? drafted(keep.get(this.#key), text, () => crypto.randomUUID()) : null);
    this.#tell("");
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    /** @type {HTMLFormElement} */ (this.querySelector("form")).requestSubmit();
  }

  /** @param {Event} event */
  #submitted(event) {
    event.preventDefault();
    const text = this.#field.value;
    const most = Number(this.getAttribute("max-length"));
    const count = textLength(text);
    if (!text.trim()) this.#tell(this.#words("empty"));
    else if (count > most) this.#tell(this.#words("long").replace("{most}", most.toLocaleString("ru")).replace("{count}", count.toLocaleString("ru")));
    else this.#send(drafted(keep.get(this.#key), text, () => crypto.randomUUID()));
  }

  /** @param {Draft} draft */
  async #send(draft) {
    const [key, visit] = [this.#key, this.#visit];
    const button = /** @type {HTMLButtonElement} */ (this.querySelector("[type=submit]"));
    if (button.classList.contains("is-busy")) return;
    keep.set(key, draft);
    button.classList.add("is-busy");
    try {
      const { conversation } = await ask(this, { type: "write_first", visit, ...draft });
      keep.set(key, null);
      this.#dialog.close();
      emit(this, "open", { conversation: conversation.id, isAccepted: true });
    } catch (error) {
      const { code, detail } = /** @type {Refusal} */ (error);
      this.#tell(code === "disconnected" || !detail ? this.#words("offline") : detail);
    } finally {
      button.classList.remove("is-busy");
    }
  }

  /** @param {string} selector @param {string} text */
  #write(selector, text) {
    /** @type {HTMLElement} */ (this.querySelector(selector)).textContent = text;
  }

  /** @param {string} name */
  #words(name) {
    return /** @type {HTMLElement} */ (this.querySelector("[data-told]")).dataset[name] ?? "";
  }

  /** @param {string} words why it did not go; empty for nothing to say */
  #tell(words) {
    const line = /** @type {HTMLElement} */ (this.querySelector("[data-told]"));
    line.hidden = !words;
    this.#write("[data-told] span", words);
    this.#field.setAttribute("aria-invalid", String(Boolean(words)));
  }
}

customElements.define("write-first", WriteFirst);
