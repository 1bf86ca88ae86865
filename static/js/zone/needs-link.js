/**
 * `<needs-link>`: while the link is lost, what needs the server looks so, and says so when it is
 * pressed; it works again by itself. What is open may be closed, and what is filled in stays.
 */
import { hear, say, zoneOf } from "./region.js";

const NEEDS = [
  "[hx-post]:not(form)",
  "form[hx-post] [type=submit]",
  "#sheet pop-over > [aria-expanded=false]",
  "#sheet [data-accept]",
  "[data-earlier]",
  "[popovertarget=new-group]:not([popovertargetaction])",
].join();

export class NeedsLink extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;

  connectedCallback() {
    this.#hearing = hear(this, { status: () => this.#show(), opened: () => this.#show() });
    const { signal } = this.#hearing;
    zoneOf(this)?.addEventListener("click", this.#pressed, { capture: true, signal });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  get #isLost() {
    return zoneOf(this)?.status.kind === "lost";
  }

  #show() {
    const waits = this.#isLost ? NEEDS : "[data-waits]";
    for (const control of /** @type {NodeListOf<HTMLElement>} */ (zoneOf(this)?.querySelectorAll(waits) ?? [])) {
      control.toggleAttribute("data-waits", this.#isLost);
      if (this.#isLost) control.setAttribute("aria-disabled", "true");
      else control.removeAttribute("aria-disabled");
    }
  }

  /** @param {Event} event */
  #pressed = (event) => {
    if (!this.#isLost || !(event.target instanceof Element) || !event.target.closest(NEEDS)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(this, "offline");
  };
}

customElements.define("needs-link", NeedsLink);
