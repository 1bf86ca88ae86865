/**
 * `<zone-banner>` under a conversation's head says what stands between the operator and the
 * visitors. Events, bubbling: `reconnect`, `comeback`.
 *
 * @typedef {{kind: "fine" | "lost" | "taken" | "absent" | "refused", attempt: number, retryAt: number | null}} Status
 */
export class ZoneBanner extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#pressed);
    const zone = /** @type {HTMLElement & {status?: Status} | null} */ (this.closest("operator-zone"));
    if (zone?.status) this.show(zone.status);
  }

  disconnectedCallback() {
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
    if (button?.matches("[data-reconnect]")) this.dispatchEvent(new CustomEvent("reconnect", { bubbles: true }));
    if (button?.matches("[data-return]")) this.dispatchEvent(new CustomEvent("comeback", { bubbles: true }));
  };
}

customElements.define("zone-banner", ZoneBanner);
