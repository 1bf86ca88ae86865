/**
 * The tools of a log, `[data-tools]` of shared/_log_parts.html: one set, which stands in the message
 * that the pointer or the focus is on, and on a touch screen in the one that was pressed.
 *
 * By keys: Enter in the log goes to the last message that is seen, ↑ and ↓ from one to the next,
 * Tab to its tools, Esc back to the log.
 *
 * What was deleted has none but, for administrators, the way to what it said (`[data-originals]`).
 *
 * Event, bubbling from the message: `savetemplate` (detail {message: its id}).
 */
import { copyText } from "./clipboard.js";
import { endedBy } from "./log-place.js";
import { textOf } from "./quotes.js";

const TOLD_MS = 2000;
const SAID = ".message[data-seq]:is(.message--in, .message--out, .message--note):not(.is-pending)";

export class MessageTools {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;

  /**
   * @param {HTMLElement} log the scroller
   * @param {HTMLElement} tools
   * @param {(message: HTMLElement) => void} reply
   * @param {AbortSignal} signal
   */
  constructor(log, tools, reply, signal) {
    this.log = log;
    this.tools = tools;
    this.reply = reply;
    this.originals = /** @type {HTMLAnchorElement | null} */ (tools.querySelector("[data-originals]"));
    this.said = this.originals ? SAID : `${SAID}:not(.is-retracted)`;
    this.isTouched = matchMedia("(hover: none)").matches;
    /** @param {string} type @param {(event: any) => void} act */
    const on = (type, act) => log.addEventListener(type, act, { signal });
    on("focusin", ({ target }) => this.#show(this.#messageOf(target)));
    on("focusout", ({ relatedTarget }) => log.contains(relatedTarget) || this.#show(null));
    on("keydown", this.#pressed);
    on("click", this.#clicked);
    if (this.isTouched) return;
    on("pointerover", ({ target }) => this.#show(this.#messageOf(target) ?? this.#messageOf(document.activeElement)));
    on("pointerleave", () => this.#show(this.#messageOf(document.activeElement)));
  }

  get #message() {
    return this.tools.hidden ? null : this.#messageOf(this.tools);
  }

  /** @param {HTMLElement | null} message */
  #show(message) {
    if (message === this.#message) return;
    this.#tell("");
    this.tools.hidden = message === null;
    this.tools.dispatchEvent(new CustomEvent("moved", { detail: message }));
    if (!message) return;
    /** @type {HTMLElement} */ (this.tools.querySelector("[data-copy]")).hidden = textOf(message) === "";
    const keeping = /** @type {HTMLElement | null} */ (this.tools.querySelector("[data-save-template]"));
    if (keeping) keeping.hidden = !mayBeKept(message, keeping.dataset.by ?? "");
    if (this.originals) {
      this.originals.hidden = !message.matches("[data-changed], .is-retracted");
      this.originals.hash = message.id;
    }
    message.append(this.tools);
  }

  /** @param {MouseEvent} event */
  #clicked = (event) => {
    const target = /** @type {Element} */ (event.target);
    const message = this.#messageOf(target);
    if (!message) return undefined;
    if (target.closest("[data-reply]")) return this.#reply(message);
    if (target.closest("[data-copy]")) return this.#copy(message);
    if (target.closest("[data-save-template]")) return this.#keep(message);
    const isOther = target.closest("a, button") !== null || getSelection()?.isCollapsed === false;
    if (this.isTouched && !isOther) this.#show(message === this.#message ? null : message);
    return undefined;
  };

  /** @param {HTMLElement} message */
  #reply(message) {
    this.#show(null);
    this.reply(message);
  }

  /** @param {HTMLElement} message */
  #keep(message) {
    this.#show(null);
    message.dispatchEvent(new CustomEvent("savetemplate", { detail: { message: message.dataset.id }, bubbles: true }));
  }

  /** @param {HTMLElement} message */
  async #copy(message) {
    const shown = /** @type {HTMLElement} */ (message.querySelector(".message__text, .link-card__title"));
    this.#tell((await copyText(textOf(message), shown)) ? "done" : "failed");
  }

  /** @param {"" | "done" | "failed"} outcome */
  #tell(outcome) {
    const line = /** @type {HTMLElement} */ (this.tools.querySelector("[data-told]"));
    clearTimeout(this.#telling);
    line.textContent = outcome ? (line.dataset[outcome] ?? "") : "";
    if (outcome) this.#telling = setTimeout(() => this.#tell(""), TOLD_MS);
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const message = this.#messageOf(event.target);
    const next = event.target === this.log && event.key === "Enter" ? this.#lowest : message && this.#neighbour(message, event.key);
    if (message && event.key === "Escape") this.log.focus({ preventScroll: true });
    else if (next) go(next);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  get #all() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.log.querySelectorAll(this.said))];
  }

  /** The last that is seen whole. */
  get #lowest() {
    const all = this.#all;
    return all[endedBy(all, this.log.getBoundingClientRect().bottom) - 1] ?? all[0];
  }

  /** @param {HTMLElement} message @param {string} key */
  #neighbour(message, key) {
    const step = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
    const all = this.#all;
    return step ? all[all.indexOf(message) + step] : undefined;
  }

  /** @param {EventTarget | null} target @returns {HTMLElement | null} what somebody said */
  #messageOf(target) {
    return target instanceof Element ? target.closest(this.said) : null;
  }
}

/** @param {HTMLElement} message */
function go(message) {
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
  message.scrollIntoView({ block: "nearest" });
}

/** One's own answer, of text; the server looks again whose it is. @param {HTMLElement} message @param {string} name */
function mayBeKept(message, name) {
  const author = message.querySelector(".message__author")?.textContent;
  return message.matches(".message--out") && author === name && textOf(message) !== "";
}
