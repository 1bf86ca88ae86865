/**
 * `<help-drawer>`: the help beside the zone, which one does not leave by reading it. Its links and its
 * search stay within it, and it keeps its place; the link to it goes to its own page where this does
 * not work.
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
  /** What was asked for last. */
  #address = "";

  connectedCallback() {
    this.#hearing = hear(this, { click: (_, event) => this.#pressed(/** @type {MouseEvent} */ (event)) });
    this.addEventListener("keydown", this.#escaped, { signal: this.#hearing.signal });
    this.addEventListener("submit", this.#searched, { signal: this.#hearing.signal });
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

  /** @param {string} [address] */
  async #load(address = this.#address || this.#home) {
    const isFirst = !this.#address;
    this.#address = address;
    this.#say("loading");
    const headers = { ...pageHeaders(), "HX-Request": "true" };
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
    const contents = answer?.ok && !answer.redirected ? parse(await answer.text()) : null;
    if (address !== this.#address) return;
    if (!contents) return this.#say("failed");
    nameKeys(contents);
    this.#part("[data-contents]").replaceChildren(contents);
    this.#say("");
    if (!isFirst) this.#goTo(new URL(address, location.href).hash.slice(1));
  }

  get #home() {
    return this.dataset.address ?? "";
  }

  /** @param {"loading" | "failed" | ""} what */
  #say(what) {
    for (const name of ["loading", "failed"]) this.#part(`[data-${name}]`).hidden = name !== what;
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    const target = /** @type {Element} */ (event.target);
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (target.closest("[data-close-help]")) return this.toggle(false);
    if (target.closest("[data-again]") && this.contains(target)) return this.#load();
    if (opensElsewhere) return undefined;
    const inner = /** @type {HTMLAnchorElement | null} */ (this.#part("[data-contents]").contains(target) ? target.closest(`a[href^="${this.#home}"]`) : null);
    if (!inner && !target.closest("a[data-help]")) return undefined;
    event.preventDefault();
    if (inner) return this.#load(inner.getAttribute("href") ?? "");
    /** @type {HTMLElement | null} */ (target.closest(":popover-open"))?.hidePopover();
    return this.toggle(true);
  }

  /** @param {SubmitEvent} event */
  #searched = (event) => {
    event.preventDefault();
    const words = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("q");
    this.#load(`${this.#home}?q=${encodeURIComponent(String(words))}`);
  };

  /** To a part of what was loaded, else to its first heading. @param {string} anchor */
  #goTo(anchor) {
    const contents = this.#part("[data-contents]");
    const place = /** @type {HTMLElement | null} */ ((anchor && contents.querySelector(`#${CSS.escape(anchor)}`)) || contents.querySelector("h2, a"));
    place?.scrollIntoView({ block: anchor ? "start" : "center" });
    if (place?.matches("h2, h3")) place.setAttribute("tabindex", "-1");
    place?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #escaped = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.toggle(false);
  };
}

customElements.define("help-drawer", HelpDrawer);
