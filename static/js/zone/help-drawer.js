/**
 * `<help-drawer>`: the help beside the zone, which one does not leave by reading it. It is asked for
 * once, and keeps its place; the link to it goes to its own page where this does not work.
 */
import { nameKeys } from "../shared/system.js";
import { pageHeaders } from "../shared/page-headers.js";
import { hear, parse } from "./region.js";

const PATIENCE_MS = 8000;

export class HelpDrawer extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {HTMLElement | null} what had the focus before */
  #before = null;

  connectedCallback() {
    this.#hearing = hear(this, { click: (_, event) => this.#pressed(/** @type {MouseEvent} */ (event)) });
    this.addEventListener("keydown", this.#escaped, { signal: this.#hearing.signal });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  toggle(open = this.#drawer.hidden) {
    if (open) this.#before = /** @type {HTMLElement | null} */ (document.activeElement);
    this.#drawer.hidden = !open;
    if (!open) return this.#giveBack();
    this.#part("#help-title").focus();
    return this.#part("[data-contents]").firstChild ? undefined : this.#load();
  }

  get #drawer() {
    return this.#part("aside");
  }

  /** @param {string} selector */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.querySelector(selector));
  }

  #giveBack() {
    if (this.#before?.isConnected) this.#before.focus();
    if (document.activeElement !== document.body) return;
    const places = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("a[data-help], .menu-button"));
    [...places].find((place) => place.offsetParent)?.focus();
  }

  async #load() {
    this.#say("loading");
    const headers = { ...pageHeaders(), "HX-Request": "true" };
    const answer = await fetch(this.dataset.address ?? "", { headers, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
    const contents = answer?.ok && !answer.redirected ? parse(await answer.text()) : null;
    if (!contents) return this.#say("failed");
    nameKeys(contents);
    this.#part("[data-contents]").replaceChildren(contents);
    return this.#say("");
  }

  /** @param {"loading" | "failed" | ""} what */
  #say(what) {
    for (const name of ["loading", "failed"]) this.#part(`[data-${name}]`).hidden = name !== what;
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    const target = /** @type {Element} */ (event.target);
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    const inner = /** @type {HTMLAnchorElement | null} */ (this.contains(target) ? target.closest('a[href^="#"]') : null);
    if (target.closest("[data-close-help]")) return this.toggle(false);
    if (target.closest("[data-again]") && this.contains(target)) return this.#load();
    if (opensElsewhere || (!inner && !target.closest("a[data-help]"))) return undefined;
    event.preventDefault();
    if (inner) return this.#goTo(inner.hash.slice(1));
    /** @type {HTMLElement | null} */ (target.closest(":popover-open"))?.hidePopover();
    return this.toggle(true);
  }

  /** Within the drawer, not in the address of the zone. @param {string} id */
  #goTo(id) {
    const section = document.getElementById(id);
    const heading = section?.querySelector("h2");
    section?.scrollIntoView({ block: "start" });
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #escaped = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.toggle(false);
  };
}

customElements.define("help-drawer", HelpDrawer);
