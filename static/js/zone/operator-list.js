import { timeText } from "../shared/times.js";
import { secondsSince } from "./clock.js";

const HOUR_S = 3600;
const TICK_MS = 20_000;

/**
 * `<operator-list>`: the same rows for everybody; here one's own becomes «Вы» and times relative.
 *
 * Event, bubbling: `operatorlist` (the rows are new, and nothing of one's own is in them yet).
 */
export class OperatorList extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  connectedCallback() {
    const zone = /** @type {HTMLElement | null} */ (this.closest("operator-zone"));
    const own = this.querySelector(`.operator[data-account="${zone?.dataset.account}"] [data-name]`);
    if (own) own.textContent = this.dataset.you ?? "";
    // Nobody writes to themselves.
    const button = /** @type {HTMLButtonElement | null | undefined} */ (own?.closest("button"));
    if (button) button.disabled = true;
    this.addEventListener("keydown", this.#moved);
    this.addEventListener("focusin", this.#focused);
    this.#rove(this.#buttons[0]);
    this.tick();
    this.#ticker = setInterval(() => this.tick(), TICK_MS);
    this.dispatchEvent(new CustomEvent("operatorlist", { bubbles: true }));
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

customElements.define("operator-list", OperatorList);
