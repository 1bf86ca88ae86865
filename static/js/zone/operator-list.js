import { timeText } from "../shared/times.js";
import { secondsSince } from "./clock.js";
import { emit, zoneOf } from "./region.js";

const HOUR_S = 3600;
const TICK_MS = 20_000;

/**
 * `<operator-list>`: the same rows for everybody; here one's own becomes «Вы», times relative, and
 * those who are there are counted.
 *
 * Event, bubbling: `operatorlist` (rows are new, and nothing of one's own is in them yet).
 */
export class OperatorList extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  connectedCallback() {
    this.addEventListener("keydown", this.#moved);
    this.addEventListener("focusin", this.#focused);
    this.#ticker = setInterval(() => this.tick(), TICK_MS);
    this.#changed();
  }

  /** One whose row is another, or who is new. @param {HTMLElement} row */
  put(row) {
    const old = this.row(row.id);
    const hadFocus = old?.contains(document.activeElement) ?? false;
    const next = this.#rows.find((other) => other !== old && orderOf(other) > orderOf(row));
    old?.remove();
    this.querySelector("ul")?.insertBefore(row, next ?? null);
    /** @type {any} */ (window).htmx?.process(row);
    if (hadFocus) row.querySelector("button")?.focus();
    this.#changed();
  }

  /** Who answers no more. @param {string} id of the row */
  drop(id) {
    this.row(id)?.remove();
    this.#changed();
  }

  /** @param {string} id */
  row(id) {
    return this.#rows.find((row) => row.id === id);
  }

  #changed() {
    const own = this.#rows.find((row) => row.dataset.account === zoneOf(this)?.dataset.account);
    const name = own?.querySelector("[data-name]");
    if (name) name.textContent = this.dataset.you ?? "";
    // Nobody writes to themselves.
    const button = own?.querySelector("button");
    if (button) button.disabled = true;
    const stop = this.#buttons.find((one) => one.tabIndex === 0 && one.hasAttribute("tabindex"));
    this.#rove(stop ?? this.#buttons[0]);
    const count = this.parentElement?.querySelector("[data-present-count]");
    if (count) count.textContent = String(this.querySelectorAll(".dot--on").length);
    this.tick();
    emit(this, "operatorlist");
  }

  get #rows() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".operator"))];
  }

  disconnectedCallback() {
    clearInterval(this.#ticker);
    this.removeEventListener("keydown", this.#moved);
    this.removeEventListener("focusin", this.#focused);
  }

  /** Of colleagues, in the order shown. */
  get #buttons() {
    return [.../** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll(".operator__open:not(:disabled)"))];
  }

  /** One stop of the Tab key for the whole list. @param {HTMLButtonElement | undefined} stop */
  #rove(stop) {
    for (const button of this.#buttons) button.tabIndex = button === stop ? 0 : -1;
  }

  /** @param {FocusEvent} event */
  #focused = (event) => {
    const button = this.#buttons.find((one) => one === event.target);
    if (button) this.#rove(button);
  };

  /** @param {KeyboardEvent} event */
  #moved = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const buttons = this.#buttons;
    const at = buttons.findIndex((one) => one === event.target);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    buttons[next]?.focus();
  };

  /** A minute ago is told in minutes, yesterday in days. */
  tick() {
    const minutes = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute" });
    for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (this.querySelectorAll("time[data-ago]"))) {
      const seconds = secondsSince(time.dateTime);
      time.textContent = seconds < HOUR_S ? minutes.format(Math.floor(seconds / 60)) : timeText("near", new Date(time.dateTime));
    }
  }
}

/** Who is there stands before who is not, each by name. @param {HTMLElement} row */
function orderOf(row) {
  return row.dataset.order ?? "";
}

customElements.define("operator-list", OperatorList);
