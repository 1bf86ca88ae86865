/**
 * `<keeps-focus>`: one rule for the focus after each deed. What the answer, or a frame before it,
 * takes away with the focus in it leaves it to what is next to be done; a button that was put off
 * while its deed was being done gets it back.
 */
import { hear, zoneOf } from "./region.js";

const STOPS = "button, a[href], input, textarea, select, summary, [tabindex]";

export class KeepsFocus extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {HTMLElement | null} what has the focus, or had it when it was taken away */
  #last = null;
  #wasInWorkspace = false;

  connectedCallback() {
    const look = () => setTimeout(() => this.#look());
    this.#hearing = hear(this, {
      focusin: (_, { target }) => this.#note(/** @type {HTMLElement} */ (target)),
      // Pressed beside everything, it is given up on purpose.
      pointerdown: (_, { target }) => this.#note(/** @type {Element} */ (target).closest(STOPS)),
      "htmx:afterSettle": look,
      "htmx:afterRequest": look,
      "frame:fragment": look,
      opened: look,
    });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  /** @param {Element | null} stop */
  #note(stop) {
    this.#last = /** @type {HTMLElement | null} */ (stop);
    this.#wasInWorkspace = stop?.closest("#workspace") != null;
  }

  #look() {
    const last = this.#last;
    const isTakenAway = document.activeElement === document.body && last !== null;
    if (!isTakenAway || /** @type {HTMLButtonElement} */ (last).disabled) return;
    last.focus();
    if (document.activeElement !== document.body) return;
    const zone = zoneOf(this);
    if (this.#wasInWorkspace) zone?.workspace?.takeFocus();
    else /** @type {import("./visitor-list.js").VisitorList | null | undefined} */ (zone?.querySelector("visitor-list"))?.focusCurrent();
  }
}

customElements.define("keeps-focus", KeepsFocus);
