/**
 * `<visitor-tickets>`: the open tickets of the visitor, in the panel. They are asked for anew when a
 * frame says that one is another; one that somebody is writing in stays as it is.
 */
import { pageHeaders } from "../shared/page-headers.js";
import { hear, parse } from "./region.js";

// Of many changes at once one question is made; and what takes the conversation away has come by then.
const SETTLE_MS = 1000;

/**
 * What becomes of each ticket that is shown, and of each that came.
 * @param {string[]} shown ids, the latest first
 * @param {string[]} come
 * @param {(id: string) => boolean} isHeld
 */
export function changesOf(shown, come, isHeld) {
  return {
    gone: shown.filter((id) => !come.includes(id) && !isHeld(id)),
    anew: come.filter((id) => shown.includes(id) && !isHeld(id)),
    added: come.filter((id) => !shown.includes(id)),
  };
}

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/** @param {Element | null | undefined} part @returns {Field[]} */
function fieldsOf(part) {
  return [.../** @type {NodeListOf<Field>} */ (part?.querySelectorAll("[data-saved]") ?? [])];
}

/** Whether somebody writes in it. @param {Element | null} ticket */
function isHeld(ticket) {
  return fieldsOf(ticket).some((field) => field === document.activeElement || field.value !== field.dataset.saved);
}

export class VisitorTickets extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  #asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;

  connectedCallback() {
    this.#hearing = hear(this, {
      "frame:information": ({ visitor, parts }) => visitor === this.dataset.visitor && parts.includes("tickets") && this.#loadSoon(),
      welcomed: () => this.#loadSoon(),
    });
    const { signal } = this.#hearing;
    this.addEventListener("htmx:afterRequest", this.#answered, { signal });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    clearTimeout(this.#settling);
    this.#settling = undefined;
  }

  get #list() {
    return /** @type {Element} */ (this.querySelector("ul"));
  }

  #loadSoon() {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#load();
    }, SETTLE_MS);
  }

  async #load() {
    const asked = ++this.#asked;
    const response = await fetch(this.dataset.url ?? "", { headers: { "HX-Request": "true", ...pageHeaders() } }).catch(() => null);
    const html = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
    if (html && this.isConnected && this.#asked === asked) this.#show(/** @type {Element} */ (parse(html)));
  }

  /** @param {Element} fresh */
  #show(fresh) {
    const list = this.#list;
    const ids = (/** @type {Element} */ of) => [...of.children].map(({ id }) => id);
    const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (list.querySelector(`#${id}`));
    const came = new Map([...fresh.children].map((one) => [one.id, one]));
    const { gone, anew, added } = changesOf(ids(list), ids(fresh), (id) => isHeld(find(id)));
    for (const id of gone) find(id).remove();
    for (const id of anew) renew(find(id), /** @type {Element} */ (came.get(id)));
    list.prepend(...added.map((id) => /** @type {Element} */ (came.get(id))));
    /** @type {any} */ (window).htmx?.process(list);
  }

  /** @param {Event} event */
  #answered = (event) => {
    const { successful, elt, xhr } = /** @type {CustomEvent} */ (event).detail;
    const ticket = /** @type {Element} */ (elt).closest("li");
    if (!successful) return this.#failed(ticket, xhr);
    if (/** @type {Element} */ (elt).matches("form")) {
      for (const field of fieldsOf(ticket)) {
        if (field.localName === "textarea") field.value = "";
        else field.dataset.saved = field.value;
      }
    }
    this.#load();
    return undefined;
  };

  /** No answer, or none in words: what was typed stays. @param {Element | null} ticket @param {XMLHttpRequest} xhr */
  #failed(ticket, { status }) {
    const error = /** @type {HTMLElement | null | undefined} */ (ticket?.querySelector(".field-error"));
    const words = /** @type {HTMLElement | null | undefined} */ (error?.querySelector("[data-words]"));
    if (!error || !words || status === 409 || status === 422) return;
    words.textContent = words.dataset.words ?? "";
    error.hidden = false;
  }
}

/** Open as it was, with the focus in it if that was there. @param {HTMLElement} old @param {Element} fresh */
function renew(old, fresh) {
  const wasFocused = old.contains(document.activeElement);
  const details = /** @type {HTMLDetailsElement} */ (fresh.querySelector("details"));
  details.open = Boolean(old.querySelector("details")?.open);
  old.replaceWith(fresh);
  if (wasFocused) details.querySelector("summary")?.focus();
}

customElements.define("visitor-tickets", VisitorTickets);
