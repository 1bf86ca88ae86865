/**
 * `<ticket-list>`: keys of the list of tickets. They move the focus between the links of its rows, so
 * whoever does not see the mark hears the same row; nothing is taken while somebody writes.
 */
import { isComposing, isSlash, isTyping, placeOf } from "../shared/system.js";

/** @typedef {"next" | "previous" | "open" | "choose" | "search" | "keys"} Deed */
/** Where the focus is: on the link of a row, its tick, or in none. @typedef {"link" | "tick" | ""} Place */

/** @type {Record<string, Deed>} */
const ANYWHERE = { KeyJ: "next", KeyK: "previous" };
/** @type {Record<string, Deed>} */
const IN_A_ROW = { ArrowDown: "next", ArrowUp: "previous", KeyX: "choose" };
/** What the browser does with the other of the two by itself. @type {Record<string, Record<string, Deed>>} */
const ON = { link: { " ": "choose" }, tick: { Enter: "open" } };

/**
 * @param {KeyboardEvent} event
 * @param {Place} place
 * @returns {Deed | undefined}
 */
export function deedOf(event, place) {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  if (event.key === "?") return "keys";
  if (isSlash(event)) return "search";
  if (event.shiftKey) return undefined;
  const key = placeOf(event);
  return ANYWHERE[key] ?? (place ? (IN_A_ROW[key] ?? ON[place][event.key]) : undefined);
}

/**
 * The row that is next; the list has ends.
 * @param {number} row -1 before any was gone to
 * @param {1 | -1} step
 * @param {number} count
 */
export function stepFrom(row, step, count) {
  return Math.min(Math.max(row + step, 0), count - 1);
}

export class TicketList extends HTMLElement {
  #row = -1;

  connectedCallback() {
    document.addEventListener("keydown", this.#press);
    this.addEventListener("focusin", ({ target }) => {
      const row = this.#rows().findIndex((one) => one.contains(/** @type {Node} */ (target)));
      if (row >= 0) this.#row = row;
    });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#press);
  }

  /** @param {KeyboardEvent} event */
  #press = (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || isComposing(event) || isTyping(event) || target.closest("dialog")) return;
    const deed = deedOf(event, this.#placeOf(target));
    // Over what is open, the keys have nothing to do but close their own list.
    if (!deed || (deed !== "keys" && document.querySelector(":popover-open"))) return;
    event.preventDefault();
    this.#do(deed);
  };

  /** @param {Element} target @returns {Place} */
  #placeOf(target) {
    const row = target.closest("tbody tr");
    if (!row || !this.contains(row)) return "";
    return target.matches("input") ? "tick" : "link";
  }

  /** @param {Deed} deed */
  #do(deed) {
    const row = this.#rows()[this.#row];
    if (deed === "next") this.#go(1);
    else if (deed === "previous") this.#go(-1);
    else if (deed === "open") linkOf(row)?.click();
    else if (deed === "choose") /** @type {HTMLElement | null | undefined} */ (row?.querySelector('input[type="checkbox"]'))?.click();
    else if (deed === "keys") document.getElementById("keys")?.togglePopover();
    else /** @type {HTMLInputElement | null} */ (document.querySelector(".ticket-filters [name=q]"))?.select();
  }

  /** @param {1 | -1} step */
  #go(step) {
    const rows = this.#rows();
    linkOf(rows[stepFrom(this.#row, step, rows.length)])?.focus();
  }

  /** @returns {HTMLElement[]} */
  #rows() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("tbody tr"))];
  }
}

/** @param {HTMLElement | undefined} row */
function linkOf(row) {
  return /** @type {HTMLElement | null | undefined} */ (row?.querySelector("[data-open]"));
}

customElements.define("ticket-list", TicketList);
