/**
 * `<zone-banner>` under a conversation's head says what stands between the operator and the
 * visitors. Events, bubbling: `reconnect`, `comeback`.
 *
 * @typedef {{kind: "fine" | "lost" | "taken" | "absent" | "refused", attempt: number, retryAt: number | null}} Status
 */
import { emit, hear, zoneOf } from "./region.js";

const TICK_MS = 1000;

export class ZoneBanner extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  connectedCallback() {
    this.addEventListener("click", this.#pressed);
    this.#hearing = hear(this, { status: (status) => this.show(status) });
    const zone = zoneOf(this);
    if (zone?.status) this.show(zone.status);
    this.#ticker = setInterval(() => {
      if (zone?.status.kind === "lost") this.#count(zone.status.attempt, zone.status.retryAt);
    }, TICK_MS);
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    clearInterval(this.#ticker);
    this.removeEventListener("click", this.#pressed);
  }

  /** @param {Status} status */
  show({ kind, attempt, retryAt }) {
    for (const banner of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-banner]"))) {
      banner.hidden = banner.dataset.banner !== kind;
    }
    if (kind === "lost") this.#count(attempt, retryAt);
  }

  /** @param {number} attempt @param {number | null} retryAt */
  #count(attempt, retryAt) {
    const seconds = retryAt === null ? 0 : Math.ceil((retryAt - Date.now()) / 1000);
    /** @type {HTMLElement} */ (this.querySelector("[data-attempt]")).textContent = String(Math.max(1, attempt));
    /** @type {HTMLElement} */ (this.querySelector("[data-seconds]")).textContent = String(seconds);
    /** @type {HTMLElement} */ (this.querySelector("[data-next]")).hidden = seconds <= 0;
  }

  /** @param {Event} event */
  #pressed = (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (button?.matches("[data-reconnect]")) emit(this, "reconnect");
    if (button?.matches("[data-return]")) emit(this, "comeback");
  };
}

customElements.define("zone-banner", ZoneBanner);
