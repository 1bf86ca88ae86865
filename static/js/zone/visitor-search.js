/**
 * `<visitor-search>`: which rows of the rail are shown, by words and by groups. What the rail holds
 * is looked through at every key; the server, a moment later, also through what the rail has no
 * room for, the pages people are on, and their cities. Who waits and is not shown is counted, so
 * that nobody is forgotten behind a search.
 */
import { pageHeaders } from "../shared/page-headers.js";
import { holds } from "./matching.js";
import { emit, hear, zoneOf } from "./region.js";

/** @typedef {import("./visitor-list.js").VisitorList} VisitorList */
/** @typedef {{words: string, groups: string[]}} Wanted no groups: all of them */

const TEXTS = ".name, [data-preview], .line--owner";
const ASK_AFTER_MS = 250;

/** What a row is found by. @param {HTMLElement} row @returns {string} */
function textOf(row) {
  const texts = [...row.querySelectorAll(TEXTS)].map(({ textContent }) => textContent);
  return [...texts, row.dataset.contract, row.closest("details")?.querySelector("h3")?.textContent].join(" ");
}

/**
 * @param {Wanted} wanted
 * @param {{text: string, group: string, isFound?: boolean}} row `isFound`: by the server
 */
export function isWanted({ words, groups }, { text, group, isFound = false }) {
  return isOf(groups, group) && (isFound || holds(words, text));
}

/** @param {string[]} groups @param {string} group */
function isOf(groups, group) {
  return groups.length === 0 || groups.includes(group);
}

export class VisitorSearch extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {HTMLElement | null} what had the focus before */
  #before = null;
  /** Ids of rows that the server has found by the words of now. @type {Set<string>} */
  #found = new Set();
  /** What came of asking it: nothing is asked, it is, or it did not answer. @type {"" | "busy" | "failed"} */
  #asking = "";
  #isMore = false;
  #words = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;
  /** @type {AbortController | undefined} */
  #asked;

  connectedCallback() {
    this.#hearing = hear(this, {
      listchange: () => this.#tell(),
      status: () => this.#linkChanged(),
      click: (_, event) => this.#clicked(/** @type {Element} */ (event.target)),
    });
    const { signal } = this.#hearing;
    this.addEventListener("input", () => this.#narrow(), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    this.#giveUp();
  }

  /** To the field, wherever the focus was. */
  open() {
    if (!this.contains(document.activeElement)) this.#before = /** @type {HTMLElement | null} */ (document.activeElement);
    this.#show(true);
    /** @type {import("./panes.js").PaneSwitch | null | undefined} */ (zoneOf(this)?.querySelector("pane-switch"))?.show("visitors");
    this.#field.focus();
    this.#field.select();
  }

  /** Emptied, and left for where the focus was. */
  close() {
    this.#empty();
    this.#show(false);
    if (this.#before?.isConnected && this.#before !== document.body) this.#before.focus();
    if (document.activeElement === document.body) this.#opener?.focus();
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get #list() {
    return /** @type {VisitorList} */ (zoneOf(this)?.querySelector("visitor-list"));
  }

  get #people() {
    return /** @type {import("./site-list.js").SiteList | null | undefined} */ (zoneOf(this)?.querySelector("site-list"));
  }

  get #opener() {
    return /** @type {HTMLElement | null | undefined} */ (zoneOf(this)?.querySelector("[data-search-visitors]"));
  }

  get #chips() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-of-group]"))];
  }

  /** @returns {Wanted} */
  get #wanted() {
    const chosen = this.#chips.filter((chip) => chip.getAttribute("aria-pressed") === "true");
    return { words: this.#field.value, groups: chosen.map((chip) => chip.dataset.ofGroup ?? "") };
  }

  get #isLost() {
    return zoneOf(this)?.status.kind === "lost";
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.hidden = !isOpen;
    this.#opener?.setAttribute("aria-expanded", String(isOpen));
  }

  #empty() {
    this.#field.value = "";
    for (const chip of this.#chips) chip.setAttribute("aria-pressed", "false");
    this.#narrow();
  }

  /** What the rail holds is shown at once; the rest is asked for when the words have changed. */
  #narrow() {
    const wanted = this.#wanted;
    const isAll = !wanted.words.trim() && wanted.groups.length === 0;
    const isNew = wanted.words.trim() !== this.#words;
    this.#words = wanted.words.trim();
    if (isNew) this.#askLater();
    else this.#lookOnSite();
    this.#list.narrow(isAll ? null : (row) => isWanted(wanted, { text: textOf(row), group: groupOf(row), isFound: this.#found.has(row.id) }));
  }

  #askLater() {
    this.#giveUp();
    this.#asking = this.#words ? "busy" : "";
    if (!this.#words) this.#lookOnSite();
    else this.#later = setTimeout(() => this.#ask(), ASK_AFTER_MS);
  }

  /** Whatever comes of it is about other words. */
  #giveUp() {
    clearTimeout(this.#later);
    this.#asked?.abort();
    this.#found.clear();
    this.#isMore = false;
  }

  #lookOnSite() {
    this.#people?.look(this.#words, isOf(this.#wanted.groups, "site"));
  }

  async #ask() {
    this.#lookOnSite();
    this.#asking = "busy";
    const { signal } = (this.#asked = new AbortController());
    const address = `${this.dataset.found}?${new URLSearchParams({ q: this.#words })}`;
    const response = await fetch(address, { headers: { "HX-Request": "true", ...pageHeaders() }, signal }).catch(() => null);
    if (response?.headers.has("HX-Trigger")) return emit(this, "anotheraccount");
    const html = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
    if (signal.aborted) return;
    this.#asking = html ? "" : "failed";
    if (html) this.#came(new DOMParser().parseFromString(html, "text/html"));
    this.#tell();
  }

  /** @param {Document} fresh */
  #came(fresh) {
    const rows = [.../** @type {NodeListOf<HTMLElement>} */ (fresh.querySelectorAll(".visitor"))];
    this.#isMore = fresh.querySelector("[data-more]") !== null;
    this.#found = new Set(rows.map(({ id }) => id));
    this.#list.lend(rows.map((row) => document.adoptNode(row)));
  }

  #linkChanged() {
    if (!this.#isLost && this.#asking === "failed") this.#ask();
    this.#tell();
  }

  /** What came of it, also as rows come and go. */
  #tell() {
    const { isNarrowed } = this.#list;
    const rows = this.#list.rows().filter((row) => row.dataset.conversation);
    const found = rows.filter((row) => !row.hidden).length + (this.#people?.count ?? 0);
    const missed = this.#list.rows("waiting").filter((row) => row.hidden).length;
    const isBusy = isNarrowed && this.#asking === "busy" && !this.#isLost;
    this.#part("busy").hidden = !isBusy || found > 0;
    this.#part("none").hidden = !isNarrowed || isBusy || found > 0;
    this.#part("failed").hidden = !isNarrowed || this.#asking !== "failed" || this.#isLost;
    this.#part("offline").hidden = !isNarrowed || !this.#isLost;
    this.#part("missed").hidden = missed === 0;
    /** @type {HTMLElement} */ (this.querySelector("[data-missed-count]")).textContent = String(missed);
    this.#part("more").hidden = !isNarrowed || !this.#isMore;
    this.#part("all").hidden = !isNarrowed || (found > 0 && missed === 0);
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-${name}]`));
  }

  /** @param {Element} target */
  #clicked(target) {
    if (target.closest("[data-search-visitors]")) return this.hidden ? this.open() : this.close();
    if (!this.contains(target)) return undefined;
    const chip = target.closest("[data-of-group]");
    if (chip) {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      return this.#narrow();
    }
    if (target.closest("[data-again]")) return this.#ask();
    if (!target.closest("[data-all]")) return undefined;
    this.#empty();
    return this.#field.focus();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const first = this.#list.shown[0]?.querySelector(".visitor__link");
    if (event.key === "Escape") this.close();
    else if (event.target !== this.#field) return;
    else if (event.key === "ArrowDown") /** @type {HTMLElement | null} */ (first)?.focus();
    else if (event.key === "Enter") /** @type {HTMLElement | null} */ (first)?.click();
    else return;
    event.preventDefault();
  }
}

/** @param {HTMLElement} row */
function groupOf(row) {
  return row.closest("details")?.dataset.group ?? "";
}

customElements.define("visitor-search", VisitorSearch);
