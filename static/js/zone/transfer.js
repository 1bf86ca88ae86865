/**
 * `<transfer-strip>`: who hands the open conversation over to whom. It comes from the server alike
 * for everyone; which part of it is shown follows from whose zone this is.
 */
import { isAddressed, mayCancel, whoseIs } from "./access.js";
import { secondsUntil } from "./clock.js";

const TICK_MS = 1000;

export class TransferStrip extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  connectedCallback() {
    if (!this.dataset.expires) return;
    const who = whoseIs(this);
    const isAsked = isAddressed(this.dataset, who);
    /** @type {Record<string, boolean>} */
    const isFor = { addressee: isAsked, others: !isAsked, sender: mayCancel(this.dataset, who) };
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-part]"))) {
      element.hidden = !isFor[element.dataset.part ?? ""];
    }
    this.#tick();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#ticker);
  }

  #tick() {
    const left = this.querySelector("[data-left]");
    if (left) left.textContent = String(secondsUntil(this.dataset.expires ?? ""));
  }
}

customElements.define("transfer-strip", TransferStrip);
