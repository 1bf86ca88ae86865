/**
 * Which region is shown where not all fit: `<pane-switch>` below 600 px, and the panel of
 * information, a drawer below 1240 px, foldable above.
 */
import { hear, zoneOf } from "./region.js";

const WIDE = matchMedia("(width >= 1240px)");
// The row of what is open already: nothing new comes, but it may stand behind the list.
const OPEN_ROW = ".operator__open[aria-current], .chat-row__link[aria-current]";

export class PaneSwitch extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;

  connectedCallback() {
    this.#hearing = hear(this, {
      click: (_, event) => this.#clicked(/** @type {Element} */ (event.target)),
      opened: ({ conversation, isNew }) => isNew && this.show(conversation ? "conversation" : "visitors"),
      "htmx:afterSettle": () => sayWhetherShown(zoneOf(this)),
    });
    WIDE.addEventListener("change", () => sayWhetherShown(zoneOf(this)), { signal: this.#hearing.signal });
    sayWhetherShown(zoneOf(this));
    this.show(zoneOf(this)?.dataset.pane ?? "visitors");
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  /** @param {Element} target */
  #clicked(target) {
    const zone = zoneOf(this);
    const button = /** @type {HTMLElement | null} */ (target.closest("pane-switch [data-pane], [data-pane-to]"));
    if (button) this.show(button.dataset.pane ?? button.dataset.paneTo ?? "");
    if (target.closest(OPEN_ROW)) this.show("conversation");
    if (zone && target.closest("[data-toggle-information]")) toggleInformation(zone);
  }

  /** @param {string} pane */
  show(pane) {
    const zone = zoneOf(this);
    if (zone) zone.dataset.pane = pane;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-pane]"))) {
      if (button.dataset.pane === pane) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }
}

/** @param {HTMLElement} zone */
function isInformationShown({ classList }) {
  return WIDE.matches ? !classList.contains("information-folded") : classList.contains("information-open");
}

/** @param {HTMLElement} zone */
function togglesOf(zone) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (zone.querySelectorAll("[data-toggle-information]"))];
}

/** @param {HTMLElement | null} zone */
function sayWhetherShown(zone) {
  if (zone) for (const toggle of togglesOf(zone)) toggle.setAttribute("aria-expanded", String(isInformationShown(zone)));
}

/** The focus goes into what is opened, and back to what opened it. @param {HTMLElement} zone */
export function toggleInformation(zone) {
  zone.classList.toggle(WIDE.matches ? "information-folded" : "information-open");
  sayWhetherShown(zone);
  const isShown = isInformationShown(zone);
  const seen = togglesOf(zone).filter((toggle) => toggle.offsetParent);
  (seen.find((toggle) => Boolean(toggle.closest("#information")) === isShown) ?? seen[0])?.focus();
}

/** Where not all fits the panel alone is shown. @param {HTMLElement} zone */
export function showInformation(zone) {
  if (zone.querySelector("pane-switch [data-pane=information]")?.checkVisibility()) /** @type {HTMLElement} */ (zone.querySelector("pane-switch [data-pane=information]")).click();
  else if (!isInformationShown(zone)) toggleInformation(zone);
}

/** @param {HTMLElement} zone @returns {boolean} whether there was a drawer to close */
export function closeDrawer(zone) {
  if (WIDE.matches || !zone.classList.contains("information-open")) return false;
  toggleInformation(zone);
  return true;
}

customElements.define("pane-switch", PaneSwitch);
