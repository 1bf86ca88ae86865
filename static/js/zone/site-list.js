/**
 * `<site-list>`: a page of those who are merely on the site. The server finds, counts and renders
 * them, and tells the page that is looked at anew, once a second at most; here one says which it is.
 *
 * Event, bubbling: `peoplechange` (rows are different).
 *
 * @typedef {{words: string, page: number}} View
 * @typedef {{type: string, words: string, page: number, pages: number, count: number, html: string}} People
 */
import { ask, emit, hear, say, zoneOf } from "./region.js";

/** Whether this is what one looks at: beyond the last page it is the last. @param {View} view @param {People} people */
export function shows({ words, page }, people) {
  return people.words === words && (people.page === page || (people.page === people.pages && page > people.pages));
}

/** The numbers of the rows of a page, the first being 1. @param {number} page @param {number} size @param {number} count */
export function rangeOf(page, size, count) {
  return { first: Math.min((page - 1) * size + 1, count), last: Math.min(page * size, count) };
}

export class SiteList extends HTMLElement {
  /** @type {View} */
  #view = { words: "", page: 1 };
  #pages = 1;
  #count = 0;
  #isWanted = true;
  /** Who has a row among the conversations by now, whatever a page tells that was made before. @type {Set<string>} */
  #talking = new Set();
  /** Which text each row was made of. @type {WeakMap<Element, string>} */
  #sources = new WeakMap();
  /** @type {AbortController | null} */
  #hearing = null;

  connectedCallback() {
    this.#count = Number(this.dataset.count);
    this.#hearing = hear(this, {
      welcomed: () => this.#ask(),
      "frame:people": (people) => this.#came(people),
      "frame:conversation": (conversation) => this.#talks(conversation),
    });
    const { signal } = this.#hearing;
    this.addEventListener("click", (event) => this.#clicked(/** @type {Element} */ (event.target)), { signal });
    this.#showState();
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  get rows() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".visitor"))];
  }

  /** How many are found by the words that were asked for last. */
  get count() {
    return this.#isWanted ? this.#count : 0;
  }

  /** Those alone whom the words find; the first page of them. @param {string} words @param {boolean} isWanted whether they are looked for here at all */
  look(words, isWanted) {
    this.#isWanted = isWanted;
    this.#showState();
    const view = { words: isWanted ? words : "", page: 1 };
    if (view.words !== this.#view.words) this.#turn(view);
  }

  /** Nobody stands in two places. @param {{visitor: {id: string}, state: string}} conversation */
  #talks({ visitor, state }) {
    if (state === "closed") return void this.#talking.delete(visitor.id);
    this.#talking.add(visitor.id);
    const row = this.rows.find((one) => one.dataset.visitor === visitor.id);
    row?.remove();
    if (row) emit(this, "peoplechange");
  }

  get #group() {
    return /** @type {HTMLDetailsElement} */ (this.closest("details"));
  }

  /** @param {View} view */
  #turn(view) {
    this.#view = view;
    this.#ask();
  }

  async #ask() {
    const view = this.#view;
    this.setAttribute("aria-busy", "true");
    try {
      await ask(this, { type: "people", ...view });
      if (view === this.#view) this.#showFailed(false);
    } catch {
      // What is shown stays; with the next welcome it is asked for again by itself.
      if (view === this.#view) this.#showFailed(zoneOf(this)?.status.kind !== "lost");
    } finally {
      if (view === this.#view) this.removeAttribute("aria-busy");
    }
  }

  /** @param {boolean} isFailed */
  #showFailed(isFailed) {
    this.#part("failed").hidden = !isFailed;
  }

  /** @param {People} people */
  #came(people) {
    if (!shows(this.#view, people)) return;
    this.#view.page = people.page;
    this.#pages = people.pages;
    this.#count = people.count;
    this.#put(people.html);
    this.#showState();
    emit(this, "peoplechange");
  }

  /** Who is as before keeps the row with the focus, and what is unfolded in it. @param {string} html */
  #put(html) {
    const list = /** @type {HTMLElement} */ (this.querySelector("ul"));
    const template = document.createElement("template");
    template.innerHTML = html;
    const focused = list.contains(document.activeElement) ? document.activeElement?.closest("li") : null;
    const old = new Map(this.rows.map((row) => [row.id, row]));
    const told = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (template.content.children)];
    const rows = told.filter(({ dataset }) => !this.#talking.has(dataset.visitor ?? "")).map((fresh) => this.#kept(old.get(fresh.id), fresh));
    rows.forEach((row, at) => list.children[at] !== row && list.insertBefore(row, list.children[at] ?? null));
    while (list.children.length > rows.length) list.lastElementChild?.remove();
    if (!focused || list.contains(document.activeElement)) return;
    const again = rows.find(({ id }) => id === focused.id) ?? rows[0];
    /** @type {HTMLElement | null | undefined} */ (again?.querySelector(".visitor__link"))?.focus();
  }

  /** @param {Element | undefined} old @param {Element} fresh */
  #kept(old, fresh) {
    const source = fresh.outerHTML;
    if (old && this.#sources.get(old) === source) return old;
    this.#sources.set(fresh, source);
    if (old?.querySelector("[aria-expanded=true]")) unfold(fresh, true);
    return fresh;
  }

  #showState() {
    const { words, page } = this.#view;
    this.#part("none").hidden = this.#count > 0;
    this.#group.hidden = !this.#isWanted || (words !== "" && this.#count === 0);
    const count = this.#group.querySelector("[data-count]");
    if (count) count.textContent = String(this.#count);
    const size = Number(this.dataset.pageSize);
    const { first, last } = rangeOf(page, size, this.#count);
    const range = /** @type {HTMLElement} */ (this.querySelector("[data-range]"));
    const told = { first, last, count: this.#count };
    range.textContent = (range.dataset.pattern ?? "").replace(/{(\w+)}/g, (_, name) => told[/** @type {keyof typeof told} */ (name)].toLocaleString("ru"));
    /** @type {HTMLElement} */ (range.closest("nav")).hidden = this.#count <= size;
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll("[data-turn]"))) {
      const next = page + Number(button.dataset.turn);
      button.disabled = next < 1 || next > Math.max(this.#pages, Math.ceil(this.#count / size));
    }
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-${name}]`));
  }

  /** @param {Element} target */
  #clicked(target) {
    const turn = /** @type {HTMLElement | null} */ (target.closest("[data-turn]"));
    if (turn) this.#turn({ ...this.#view, page: this.#view.page + Number(turn.dataset.turn) });
    if (turn && zoneOf(this)?.status.kind === "lost") say(this, "offline");
    if (target.closest("[data-again]")) this.#ask();
    const link = target.closest(".visitor__link");
    if (link) unfold(/** @type {Element} */ (link.parentElement), link.getAttribute("aria-expanded") !== "true");
  }
}

/** Where they are, and what may be done. @param {Element} row @param {boolean} isOpen */
function unfold(row, isOpen) {
  row.querySelector(".visitor__link")?.setAttribute("aria-expanded", String(isOpen));
  row.querySelector(".visitor__more")?.toggleAttribute("hidden", !isOpen);
}

customElements.define("site-list", SiteList);
