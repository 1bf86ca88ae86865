/**
 * `<visitor-information>`: the tabs of the panel. A part is asked for when its tab is opened, and
 * anew when a frame says that it is another; what somebody is writing in it stays as it is.
 */
import { keep } from "../shared/keep.js";
import { pageHeaders } from "../shared/page-headers.js";
import { serverNow, showTimers } from "./clock.js";
import { hear } from "./region.js";

// Of many changes at once one question is made.
const SETTLE_MS = 1000;
const TICK_MS = 10_000;
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** @type {string} the tab that was opened last: the next visitor is looked at alike */
let chosen = "tab-data";

/**
 * What stands in a part in place of what stood there, but for what is held there.
 * @template {{id: string}} Item
 * @param {Item[]} old
 * @param {Item[]} fresh
 * @param {(item: Item) => boolean} isHeld
 * @returns {Item[]}
 */
export function merged(old, fresh, isHeld) {
  const held = new Map(old.filter((one) => one.id && isHeld(one)).map((one) => [one.id, one]));
  return fresh.map((one) => held.get(one.id) ?? one);
}

/**
 * @param {string} timeZone
 * @param {number} [now] as the server's clock has it
 * @returns {string | null} null of a zone that this browser does not know
 */
export function timeThere(timeZone, now = serverNow()) {
  try {
    return new Intl.DateTimeFormat("ru", { timeZone, hour: "2-digit", minute: "2-digit" }).format(now);
  } catch {
    return null;
  }
}

/** Whether somebody writes in it. @param {Element} item */
function isHeld(item) {
  if (!item.matches("[data-held]")) return false;
  if (item.querySelector("pop-over [aria-expanded=true]")) return true;
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (item.querySelectorAll("[data-saved]"));
  return [...fields].some((field) => field === document.activeElement || field.value !== field.dataset.saved);
}

export class VisitorInformation extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} parts that will be asked for */
  #settling = new Map();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;
  /** @type {Map<string, number>} the last question about each part: what an earlier one brings is old */
  #asked = new Map();

  connectedCallback() {
    this.#hearing = hear(this, {
      "frame:information": ({ visitor, parts }) => visitor === this.dataset.visitor && this.#changed(parts),
      welcomed: () => {
        this.#changed(["data", "comments", "pages", "identification"]);
        this.#saveAgain();
      },
    });
    const { signal } = this.#hearing;
    this.addEventListener("click", this.#pressed, { signal });
    this.addEventListener("keydown", this.#moved, { signal });
    this.addEventListener("input", this.#written, { signal });
    this.addEventListener("htmx:afterRequest", this.#answered, { signal });
    this.addEventListener("htmx:afterSettle", () => nameDays(this), { signal });
    // Requests may fail while the socket lives.
    addEventListener("online", () => this.#saveAgain(), { signal });
    this.#ticker = setInterval(() => this.#showClocks(), TICK_MS);
    keep.ready.then(() => {
      if (!this.isConnected) return;
      this.#fillKept();
      this.#saveAgain();
    });
    if (this.#tab(chosen)?.getAttribute("aria-selected") === "false") this.show(chosen);
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    clearInterval(this.#ticker);
    for (const timer of this.#settling.values()) clearTimeout(timer);
  }

  /** @param {string} id of a tab */
  show(id) {
    chosen = id;
    for (const tab of this.#tabs) {
      const isChosen = tab.id === id;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      this.#panelOf(tab).hidden = !isChosen;
    }
    this.#load(id.replace("tab-", ""));
  }

  get #tabs() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=tab]")]);
  }

  /** @param {string} id */
  #tab(id) {
    return this.#tabs.find((tab) => tab.id === id);
  }

  /** @param {HTMLElement} tab */
  #panelOf(tab) {
    return /** @type {HTMLElement} */ (this.querySelector(`#${tab.getAttribute("aria-controls")}`));
  }

  /** @param {string} part */
  #part(part) {
    return /** @type {HTMLElement | null} */ (this.querySelector(`#part-${part}`));
  }

  /** @param {string[]} parts */
  #changed(parts) {
    // Whose tab is not open is asked for when it is; the data also count what is in the others.
    for (const part of new Set([...parts, "data"])) {
      if (this.#settling.has(part) || (part !== "data" && this.#part(part)?.hidden)) continue;
      this.#settling.set(part, setTimeout(() => {
        this.#settling.delete(part);
        this.#load(part);
      }, SETTLE_MS));
    }
  }

  /** @param {string} part @param {boolean} [isWhole] also what has not changed: earlier visits */
  async #load(part, isWhole = false) {
    const panel = this.#part(part);
    if (!panel) return;
    const body = /** @type {Element} */ (panel.querySelector("[data-body]"));
    if (panel.dataset.once !== undefined && body.firstElementChild) return this.#fail(panel, false);
    const latest = isWhole ? [] : latestOf(body);
    const asked = (this.#asked.get(part) ?? 0) + 1;
    this.#asked.set(part, asked);
    const response = await fetch(`${panel.dataset.url}${latest.length ? "?latest" : ""}`, { headers: { "HX-Request": "true", ...pageHeaders() } }).catch(() => null);
    const html = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
    if (!this.isConnected || this.#asked.get(part) !== asked) return;
    const fresh = html ? new DOMParser().parseFromString(html, "text/html").body.firstElementChild : null;
    this.#fail(panel, fresh === null);
    const now = fresh && latest.length ? latestOf(fresh) : [];
    // Another has begun, or one has ended.
    if (fresh && latest.length && String(now.map(({ id }) => id)) !== String(latest.map(({ id }) => id))) return void this.#load(part, true);
    if (now.length) now.forEach((visit, at) => latest[at].replaceWith(document.adoptNode(visit)));
    else if (fresh) this.#fill(body, document.adoptNode(fresh));
    nameDays(body);
    showTimers(body);
  }

  /** @param {Element} panel @param {boolean} isFailed */
  #fail(panel, isFailed) {
    /** @type {HTMLElement} */ (panel.querySelector(".part-failed")).hidden = !isFailed;
  }

  /** @param {Element} body @param {Element} fresh */
  #fill(body, fresh) {
    const old = body.firstElementChild;
    const focused = placeOf(body, document.activeElement);
    this.#count(/** @type {HTMLElement} */ (fresh));
    const items = merged([...(old?.children ?? [])], [...fresh.children], isHeld);
    if (!old || !items.some((one) => one.parentElement === old)) body.replaceChildren(fresh);
    else placeAround(old, items);
    /** @type {any} */ (window).htmx?.process(body);
    this.#fillKept();
    if (focused && !body.contains(document.activeElement)) focusIn(body, focused);
  }

  /** @param {HTMLElement} fresh */
  #count({ dataset }) {
    for (const part of ["pages", "comments"]) {
      const count = this.querySelector(`#tab-${part} [data-count]`);
      if (count && part in dataset) count.textContent = dataset[part] ?? "";
    }
  }

  /** What time it is where the visitor is. */
  #showClocks() {
    for (const clock of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-clock]"))) {
      clock.textContent = timeThere(clock.dataset.clock ?? "") ?? clock.textContent;
    }
  }

  // What is written

  /** @param {HTMLElement} field */
  #keyOf({ dataset }) {
    return `known:${this.dataset.account}:${this.dataset.visitor}:${dataset.keep}`;
  }

  get #kept() {
    return /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("[data-keep]"));
  }

  #fillKept() {
    for (const field of this.#kept) {
      const kept = keep.get(this.#keyOf(field));
      if (!kept || field.value !== (field.dataset.saved ?? "")) continue;
      field.value = kept.text;
      // What it replaces is what was shown then: a colleague may have saved another since.
      const shown = /** @type {HTMLInputElement | null | undefined} */ (field.form?.querySelector("[name=shown]"));
      if (shown) shown.value = kept.shown;
      const comment = field.closest(".comment");
      if (comment) this.#open(comment, true);
    }
  }

  /** @param {Event} event */
  #written = (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const { saved = "" } = field.dataset;
    if (field.dataset.keep) keep.set(this.#keyOf(field), field.value === saved ? null : { text: field.value, shown: saved });
  };

  /** What was left while there was no link. */
  #saveAgain() {
    for (const field of this.#kept) {
      // Of what was refused in words its writer decides.
      const isLeft = "saved" in field.dataset && !field.matches(":focus, [aria-invalid=true]");
      if (isLeft && field.value !== field.dataset.saved) {
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  }

  /** @param {Event} event */
  #answered = (event) => {
    const { successful, requestConfig, elt } = /** @type {CustomEvent} */ (event).detail;
    const once = /** @type {HTMLElement} */ (elt).closest("[data-once]");
    // 422 says in words what is wrong.
    if (once) return this.#fail(once, !successful && !(/** @type {CustomEvent} */ (event).detail.xhr.status === 422));
    if (requestConfig.verb !== "post") return undefined;
    // Also one whose place another has taken already: then its parent is told instead.
    const form = /** @type {HTMLElement} */ (requestConfig.elt).closest("form");
    const field = /** @type {HTMLTextAreaElement | null | undefined} */ (form?.querySelector("[data-keep]"));
    if (!successful) return this.#failed(form, /** @type {CustomEvent} */ (event).detail.xhr);
    if (field?.dataset.keep) keep.set(this.#keyOf(field), null);
    if (field && form?.dataset.clears !== undefined) field.value = "";
    else if (field && form?.matches(".comment__form")) this.#leave(field.closest(".comment"), field.value);
    if (!form?.matches(".remark, .judgement")) this.#load("comments");
    return undefined;
  };

  /** No answer, or none in words: what was typed stays. @param {HTMLElement | null} form @param {XMLHttpRequest} xhr */
  #failed(form, { status }) {
    const error = /** @type {HTMLElement | null | undefined} */ (form?.querySelector(".field-error"));
    const words = /** @type {HTMLElement | null | undefined} */ (error?.querySelector("[data-words]"));
    if (!error || !words || status === 409 || status === 422) return;
    words.textContent = words.dataset.words ?? "";
    error.hidden = false;
  }

  /** @param {Element | null} comment @param {string} [text] that is saved now */
  #leave(comment, text) {
    const field = /** @type {HTMLTextAreaElement | null | undefined} */ (comment?.querySelector("textarea"));
    if (!comment || !field) return;
    keep.set(this.#keyOf(field), null);
    field.value = field.dataset.saved = text ?? field.dataset.saved ?? "";
    this.#edit(comment, false);
  }

  /** @param {Element} comment @param {boolean} isOpen */
  #open(comment, isOpen) {
    /** @type {HTMLElement} */ (comment.querySelector(".comment__form")).hidden = !isOpen;
    comment.classList.toggle("is-edited", isOpen);
    comment.querySelector("[data-edit]")?.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {Element} comment @param {boolean} isOpen */
  #edit(comment, isOpen) {
    this.#open(comment, isOpen);
    /** @type {HTMLElement | null} */ (comment.querySelector(isOpen ? "textarea" : "[data-edit]"))?.focus();
  }

  // What is pressed

  /** @param {Event} event */
  #pressed = (event) => {
    const target = /** @type {Element} */ (event.target);
    const tab = /** @type {HTMLElement | null} */ (target.closest("[role=tab]"));
    const comment = target.closest(".comment");
    const taken = /** @type {HTMLElement | null} */ (target.closest("[data-take]"));
    if (taken) take(taken);
    else if (tab) this.show(tab.id);
    else if (target.closest("[data-again]")) this.#load((target.closest("[data-url]")?.id ?? "").replace("part-", ""));
    else if (comment && target.closest("[data-edit]")) this.#edit(comment, !comment.classList.contains("is-edited"));
    else if (comment && target.closest("[data-leave]")) this.#leave(comment);
  };

  /** @param {KeyboardEvent} event */
  #moved = (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const comment = target.closest(".comment.is-edited");
    if (event.key === "Escape" && comment) {
      event.stopPropagation();
      return this.#leave(comment);
    }
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    const at = this.#tabs.indexOf(target);
    if (!step || at < 0) return undefined;
    event.preventDefault();
    const next = this.#tabs[(at + step + this.#tabs.length) % this.#tabs.length];
    this.show(next.id);
    return next.focus();
  };
}

/** Those that stay are not moved, so that the focus and the caret stay too. @param {Element} parent @param {Element[]} items */
function placeAround(parent, items) {
  for (const child of [...parent.children]) if (!items.includes(child)) child.remove();
  let next = parent.firstElementChild;
  for (const item of items) {
    if (item === next) next = next.nextElementSibling;
    else parent.insertBefore(item, next);
  }
}

/** Visits that go on, and the last that began. @param {Element} root */
function latestOf(root) {
  return [...root.querySelectorAll("[data-latest]")];
}

/** Of several visits on a day the first names it. @param {Element} root */
function nameDays(root) {
  let before = "";
  for (const heading of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-day]"))) {
    const day = new Date(heading.querySelector("time")?.dateTime ?? "").toDateString();
    heading.hidden = day === before;
    before = day;
  }
}

/** What another source says, in place of what stands there. @param {HTMLElement} button */
function take(button) {
  const field = /** @type {HTMLInputElement | null | undefined} */ (button.closest("form")?.querySelector("[data-saved]"));
  if (!field) return;
  field.value = button.dataset.take ?? "";
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
}

/** Which control of which item. @param {Element} body @param {Element | null} focused */
function placeOf(body, focused) {
  const item = body.contains(focused) ? focused?.closest("[id][data-held]") : null;
  return item && { id: item.id, at: [...item.querySelectorAll("button, input, textarea")].indexOf(/** @type {HTMLElement} */ (focused)) };
}

/** @param {Element} body @param {{id: string, at: number}} place */
function focusIn(body, { id, at }) {
  const item = body.querySelector(`#${id}`);
  /** @type {HTMLElement | null | undefined} */ (item?.querySelectorAll("button, input, textarea")[at])?.focus();
}

customElements.define("visitor-information", VisitorInformation);
