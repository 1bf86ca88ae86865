/**
 * `<time-left data-due data-warns>`: how a deadline presses, by the clock of the server: nothing yet,
 * its last quarter, over. It counts down within a day, and goes on counting where it is over. A page
 * that has lost its link goes on by itself: deadlines do not wait for it.
 */
import { clock, serverNow, setClock } from "./clock.js";

const TICK_MS = 1000;
const SHOWN_MS = 24 * 3600 * 1000;
const LOOKS = ["fresh", "late", "urgent"];

/**
 * @param {number} now milliseconds, as the rest
 * @param {number} warns NaN where nothing is told before it is over
 * @param {number} due
 */
export function lookAt(now, warns, due) {
  if (now >= due) return "urgent";
  return now >= warns ? "late" : "fresh";
}

/** «0:38», «−1:02:03» past it; nothing where a clock says less than the date. @param {number} now @param {number} due */
export function leftAt(now, due) {
  const left = due - now;
  if (Math.abs(left) > SHOWN_MS) return "";
  return left > 0 ? clock(Math.ceil(left / 1000)) : `−${clock(Math.floor(-left / 1000))}`;
}

export class TimeLeft extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  connectedCallback() {
    this.show();
    this.#ticker = setInterval(() => this.show(), TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#ticker);
  }

  show() {
    const due = Date.parse(this.dataset.due ?? "");
    const look = lookAt(serverNow(), Date.parse(this.dataset.warns ?? ""), due);
    for (const one of LOOKS) this.classList.toggle(`is-${one}`, one === look);
    for (const word of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-when]"))) word.hidden = word.dataset.when !== look;
    const left = this.querySelector("[data-left]");
    if (left) left.textContent = leftAt(serverNow(), due);
  }
}

// The zone sets its clock itself, and again.
if (typeof document !== "undefined") setClock(/** @type {HTMLElement | null} */ (document.querySelector("[data-now]"))?.dataset.now ?? "");

customElements.define("time-left", TimeLeft);
