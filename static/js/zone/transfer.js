/**
 * `<transfer-strip>`: who hands the open conversation over to whom. It comes from the server alike
 * for everyone; which part of it is shown follows from whose zone this is.
 *
 * @typedef {"addressee" | "sender" | "others"} Part
 */
import { secondsUntil } from "./clock.js";
import { isAddressed } from "./visitor-list.js";

const TICK_MS = 1000;

export class TransferStrip extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  connectedCallback() {
    if (!this.dataset.expires) return;
    const part = this.whose;
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-part]"))) {
      const shown = element.dataset.part;
      element.hidden = shown !== part && !(shown === "others" && part === "sender");
    }
    this.#tick();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#ticker);
  }

  /** @returns {Part} whose zone this is */
  get whose() {
    const { sender, owner, ...to } = this.dataset;
    const { account = "", departments = "" } = /** @type {HTMLElement | null} */ (this.closest("operator-zone"))?.dataset ?? {};
    if (account === sender || account === owner) return "sender";
    return isAddressed(to, account, departments.split(" ")) ? "addressee" : "others";
  }

  #tick() {
    const left = this.querySelector("[data-left]");
    if (left) left.textContent = String(secondsUntil(this.dataset.expires ?? ""));
  }
}

customElements.define("transfer-strip", TransferStrip);
