/**
 * Which region is shown where not all fit: `<pane-switch>` below 600 px, and the panel of
 * information, a drawer below 1240 px, foldable above.
 */
const WIDE = matchMedia("(width >= 1240px)");

export class PaneSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-pane]"));
      if (button) this.show(button.dataset.pane ?? "");
    });
    this.show(this.#zone()?.dataset.pane ?? "visitors");
  }

  /** @param {string} pane */
  show(pane) {
    const zone = this.#zone();
    if (zone) zone.dataset.pane = pane;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-pane]"))) {
      if (button.dataset.pane === pane) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  #zone() {
    return /** @type {HTMLElement | null} */ (this.closest("operator-zone"));
  }
}

/** @param {HTMLElement} zone */
export function toggleInformation(zone) {
  zone.classList.toggle(WIDE.matches ? "information-folded" : "information-open");
  const toggles = /** @type {NodeListOf<HTMLElement>} */ (zone.querySelectorAll("[data-toggle-information]"));
  [...toggles].find((toggle) => toggle.offsetParent)?.focus();
}

/** @param {HTMLElement} zone @returns {boolean} whether there was a drawer to close */
export function closeDrawer(zone) {
  if (WIDE.matches || !zone.classList.contains("information-open")) return false;
  toggleInformation(zone);
  return true;
}

customElements.define("pane-switch", PaneSwitch);
