/**
 * `<visitor-search>`: which rows of the rail are shown, by words and by groups. It looks among what
 * the rail holds; where a group is cut off, it says so. Who waits and is not shown is counted, so
 * that nobody is forgotten behind a search.
 */
import { holds } from "./matching.js";
import { hear, zoneOf } from "./region.js";

/** @typedef {import("./visitor-list.js").VisitorList} VisitorList */

const TEXTS = ".name, [data-preview], .line--owner, .visitor--site .line";

/** What a row is found by. @param {HTMLElement} row @returns {string} */
function textOf(row) {
  const texts = [...row.querySelectorAll(TEXTS)].map(({ textContent }) => textContent);
  return [...texts, row.dataset.contract, row.closest("details")?.querySelector("h3")?.textContent].join(" ");
}

/**
 * @param {{words: string, groups: string[]}} wanted no groups: all of them
 * @param {{text: string, group: string}} row
 */
export function isWanted({ words, groups }, { text, group }) {
  return (groups.length === 0 || groups.includes(group)) && holds(words, text);
}

export class VisitorSearch extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {HTMLElement | null} what had the focus before */
  #before = null;

  connectedCallback() {
    this.#hearing = hear(this, {
      listchange: () => this.#tell(),
      click: (_, event) => this.#clicked(/** @type {Element} */ (event.target)),
    });
    const { signal } = this.#hearing;
    this.addEventListener("input", () => this.#narrow(), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
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

  get #opener() {
    return /** @type {HTMLElement | null | undefined} */ (zoneOf(this)?.querySelector("[data-search-visitors]"));
  }

  get #chips() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-of-group]"))];
  }

  get #wanted() {
    const chosen = this.#chips.filter((chip) => chip.getAttribute("aria-pressed") === "true");
    return { words: this.#field.value, groups: chosen.map((chip) => chip.dataset.ofGroup ?? "") };
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

  #narrow() {
    const wanted = this.#wanted;
    const isAll = !wanted.words.trim() && wanted.groups.length === 0;
    this.#list.narrow(isAll ? null : (row) => isWanted(wanted, { text: textOf(row), group: groupOf(row) }));
  }

  /** What came of it, also as rows come and go. */
  #tell() {
    const { isNarrowed } = this.#list;
    const rows = this.#list.rows();
    const found = rows.filter((row) => !row.hidden).length;
    const missed = this.#list.rows("waiting").filter((row) => row.hidden).length;
    const most = Number(this.dataset.most);
    this.#part("none").hidden = !isNarrowed || found > 0;
    this.#part("missed").hidden = missed === 0;
    /** @type {HTMLElement} */ (this.querySelector("[data-missed-count]")).textContent = String(missed);
    this.#part("cut").hidden = !isNarrowed || this.#chips.every((chip) => this.#list.rows(chip.dataset.ofGroup).length < most);
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
