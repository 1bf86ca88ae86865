/**
 * «Изменить» and «Удалить» among the tools of a message: of one's own, while it is fresh. Own is
 * what stands on the right, or in a log with `data-own`, where others answer too, what that account
 * wrote. The age is counted by the server's clock, `data-now` of the log when it was rendered.
 *
 * Events of the log, bubbling: `edit` (detail: Said), `retract` (detail: Said).
 *
 * @typedef {{id: string, seq: number, conversation: string, text: string, changed: string | null, isNote: boolean}} Said
 *   changed: when it was put into other words last
 */
import { textOf } from "./quotes.js";

const FRESH_MS = 5 * 60 * 1000;
const OWN = ".message[data-seq]:is(.message--out, .message--note):not(.is-pending, .is-retracted)";

/**
 * Whether its author may still change it, as far as the page knows.
 * @param {{age: number, own?: string, account?: string, isClosed?: boolean}} message own: whose log it is
 */
export function mayChange({ age, own, account, isClosed }) {
  return !isClosed && age < FRESH_MS && (account === undefined || account === own);
}

export class MessageChanges {
  /**
   * @param {HTMLElement} log `<message-log>`
   * @param {HTMLElement} tools
   * @param {AbortSignal} signal
   */
  constructor(log, tools, signal) {
    this.log = log;
    this.edit = /** @type {HTMLElement} */ (tools.querySelector("[data-edit]"));
    this.retract = /** @type {HTMLElement} */ (tools.querySelector("[data-retract]"));
    const { now } = log.dataset;
    this.ahead = now ? Date.parse(now) - Date.now() : 0;
    tools.addEventListener("moved", (event) => this.#show(/** @type {CustomEvent} */ (event).detail), { signal });
    this.edit.addEventListener("click", (event) => this.#emit("edit", messageOf(event.target)), { signal });
    this.retract.addEventListener("click", (event) => this.#asked(messageOf(event.target)), { signal });
    this.retract.addEventListener("blur", () => this.#ask(false), { signal });
  }

  /** @returns {boolean} whether there is one to change */
  editLast() {
    const all = [.../** @type {NodeListOf<HTMLElement>} */ (this.log.querySelectorAll(OWN))];
    const last = all.reverse().find((message) => this.#isMine(message) && hasWords(message));
    if (last) this.#emit("edit", last);
    return last !== undefined;
  }

  /** @param {HTMLElement | null} message */
  #show(message) {
    const isMine = message !== null && message.matches(OWN) && this.#isMine(message);
    this.#ask(false);
    this.retract.hidden = !isMine;
    this.edit.hidden = !isMine || !hasWords(message);
  }

  /** @param {HTMLElement} message */
  #isMine(message) {
    const said = /** @type {HTMLTimeElement | null} */ (message.querySelector("time:not([data-look])"));
    const state = /** @type {HTMLElement | null} */ (this.log.closest("[data-state]"))?.dataset.state;
    const age = Date.now() + this.ahead - Date.parse(said?.dateTime ?? "");
    return mayChange({ age, own: this.log.dataset.own, account: message.dataset.account, isClosed: state === "closed" });
  }

  /** Pressed once it asks, since what was deleted does not come back. @param {HTMLElement | null} message */
  #asked(message) {
    const isSure = this.retract.classList.contains("is-sure");
    this.#ask(!isSure);
    if (isSure) this.#emit("retract", message);
  }

  /** @param {boolean} isAsking */
  #ask(isAsking) {
    this.retract.classList.toggle("is-sure", isAsking);
    const { words = "", sure = "" } = this.retract.dataset;
    /** @type {Element} */ (this.retract.querySelector(".label")).textContent = isAsking ? sure : words;
  }

  /** @param {"edit" | "retract"} name @param {HTMLElement | null} message */
  #emit(name, message) {
    if (!message) return;
    /** @type {Said} */
    const said = {
      id: message.dataset.id ?? "",
      seq: Number(message.dataset.seq),
      conversation: /** @type {HTMLElement | null} */ (message.closest("[data-thread]"))?.dataset.thread ?? "",
      text: textOf(message),
      changed: message.dataset.changed ?? null,
      isNote: message.matches(".message--note"),
    };
    this.log.dispatchEvent(new CustomEvent(name, { detail: said, bubbles: true }));
  }
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function messageOf(target) {
  return target instanceof Element ? target.closest(".message") : null;
}

/** Text, which can be put into other words: a card cannot. @param {HTMLElement} message */
function hasWords(message) {
  return Boolean(message.querySelector(".message__text")?.textContent);
}
