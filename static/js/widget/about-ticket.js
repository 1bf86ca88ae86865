/**
 * What is being written is about a ticket, which the page around the window named when it opened it;
 * the message that is sent next says so. Kept until then, or until its person takes it off.
 */
import { keep } from "../shared/keep.js";

const NUMBER = /^20\d{2}-\d{5,9}$/;

export class AboutTicket {
  /** What this tab shows, whatever others do; empty where it is about none. */
  number = "";

  /** @param {ParentNode} root @param {string} key under which it is kept */
  constructor(root, key) {
    this.key = key;
    this.line = /** @type {HTMLElement} */ (root.querySelector("[data-about]"));
    this.line.querySelector("[data-drop-about]")?.addEventListener("click", () => this.drop());
    const kept = keep.get(key);
    this.#show(isNumber(kept) ? kept : "");
  }

  /** @param {unknown} number as the page says it: what is none is left alone */
  take(number) {
    if (!isNumber(number)) return;
    keep.set(this.key, number);
    this.#show(number);
  }

  drop() {
    if (this.number) keep.set(this.key, null);
    this.#show("");
  }

  /** @param {string} number */
  #show(number) {
    this.number = number;
    const words = /** @type {HTMLElement} */ (this.line.querySelector("[data-about-words]"));
    words.textContent = number && (words.dataset.pattern ?? "").replace("{n}", number);
    this.line.hidden = !number;
  }
}

/** @param {unknown} text @returns {text is string} */
function isNumber(text) {
  return typeof text === "string" && NUMBER.test(text);
}
