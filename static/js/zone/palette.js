/**
 * `<command-palette>`: anywhere by typing. It offers what stands in the page at this moment (rows of
 * the rail, sections of the menu, buttons of the open conversation) and presses that very thing, so
 * whatever may not be done is not offered, and nothing is done in another way.
 *
 * @typedef {{element: HTMLElement, label: string, kind: string, pane: string}} Offer pane: where it is seen on a narrow screen
 */
import { rank } from "./matching.js";
import { hear, zoneOf } from "./region.js";

const MOST = 50;
const PLACES = "#conversation-actions, .transfer-strip, .invitations, .participants, .composer-modes, .composer-bar, .sheet--single";
// Forms stand behind a button of their own; «Отправить» is Enter.
const BUTTONS = `:is(${PLACES}) button:not(.popover *, [data-send])`;

const NAME = ".name.clip, .name .clip";
/** @type {{from: string, kind: string, pane?: string, name?: string}[]} what is offered, in this order; `name`: where its label stands */
const SOURCES = [
  { from: BUTTONS, kind: "action", pane: "conversation" },
  { from: '[data-group="waiting"] .visitor__link', kind: "waiting", pane: "conversation", name: NAME },
  { from: '[data-group="mine"] .visitor__link', kind: "mine", pane: "conversation", name: NAME },
  { from: '[data-group="others"] .visitor__link', kind: "others", pane: "conversation", name: NAME },
  { from: ".operator__open", kind: "colleague", pane: "conversation", name: "[data-name]" },
  { from: ".chat-row__link", kind: "chat", pane: "conversation", name: ".clip" },
  { from: "[data-command]", kind: "command" },
  { from: ".menu a:not([aria-current], [data-sign-out])", kind: "page" },
  { from: '[data-group="site"] .visitor__link', kind: "site", pane: "visitors", name: NAME },
];

/**
 * Those that answer a query, the best first.
 * @template {{label: string}} T
 * @param {T[]} offers
 * @param {string} query
 * @returns {T[]}
 */
export function answersTo(offers, query) {
  const ranked = offers.map((offer) => ({ offer, points: rank(query, offer.label) })).filter(({ points }) => points > 0);
  return ranked.sort((one, other) => other.points - one.points).slice(0, MOST).map(({ offer }) => offer);
}

/**
 * Which is chosen after a key, round and round.
 * @param {string} key
 * @param {number} at
 * @param {number} count
 * @returns {number | undefined} undefined where the key moves nothing
 */
export function chosenAfter(key, at, count) {
  if (count === 0) return undefined;
  return { ArrowDown: (at + 1) % count, ArrowUp: (at - 1 + count) % count, PageDown: count - 1, PageUp: 0 }[key];
}

export class CommandPalette extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {Offer[]} */
  #offers = [];
  /** @type {Offer[]} */
  #found = [];
  #chosen = 0;

  connectedCallback() {
    this.#hearing = hear(this, {
      click: (_, event) => this.#pressed(/** @type {Element} */ (event.target)),
    });
    const { signal } = this.#hearing;
    this.#field.addEventListener("input", () => this.#find(), { signal });
    this.#dialog.addEventListener("keydown", (event) => this.#moved(event), { signal });
    this.#dialog.addEventListener("close", () => this.#giveBack(), { signal });
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close(), { signal });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  toggle() {
    if (this.#dialog.open) return this.#dialog.close();
    this.#offers = this.#collect();
    this.#field.value = "";
    this.#dialog.showModal();
    return this.#find();
  }

  /** A button within a menu that is folded by now takes no focus: then it goes to the menu's. */
  #giveBack() {
    const zone = zoneOf(this);
    if (document.activeElement === document.body) zone?.workspace?.takeFocus();
    if (document.activeElement === document.body) /** @type {HTMLElement | null | undefined} */ (zone?.querySelector(".menu-button"))?.focus();
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get #list() {
    return /** @type {HTMLElement} */ (this.querySelector("[role=listbox]"));
  }

  /** @returns {Offer[]} */
  #collect() {
    const zone = /** @type {HTMLElement} */ (zoneOf(this));
    return SOURCES.flatMap(({ from, kind, pane = "", name }) =>
      [.../** @type {NodeListOf<HTMLElement>} */ (zone.querySelectorAll(from))].filter(isPressable).map((element) => {
        const label = element.dataset.command || wordsOf((name && element.querySelector(name)) || element);
        return { element, label, kind, pane };
      }),
    ).filter(({ label }) => label);
  }

  #find() {
    this.#found = answersTo(this.#offers, this.#field.value);
    this.#list.replaceChildren(...this.#found.map((offer, number) => this.#option(offer, number)));
    /** @type {HTMLElement} */ (this.querySelector("[data-none]")).hidden = this.#found.length > 0;
    this.#choose(0);
  }

  /** @param {Offer} offer @param {number} number */
  #option({ element, label, kind }, number) {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const option = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild);
    const look = element.querySelector(".avatar, .icon");
    option.id = `palette-option-${number}`;
    /** @type {HTMLElement} */ (option.querySelector("[data-look]")).replaceChildren(...(look ? [look.cloneNode(true)] : []));
    /** @type {HTMLElement} */ (option.querySelector("[data-label]")).textContent = label;
    /** @type {HTMLElement} */ (option.querySelector("[data-kind]")).textContent = this.dataset[`of${kind}`] ?? "";
    return option;
  }

  /** @param {number} number */
  #choose(number) {
    this.#chosen = number;
    for (const [at, option] of [...this.#list.children].entries()) option.setAttribute("aria-selected", String(at === number));
    const chosen = this.#list.children[number];
    if (chosen) this.#field.setAttribute("aria-activedescendant", chosen.id);
    else this.#field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #moved(event) {
    const next = chosenAfter(event.key, this.#chosen, this.#found.length);
    if (next !== undefined) this.#choose(next);
    else if (event.key === "Enter" && event.target === this.#field) this.#go(this.#found[this.#chosen]);
    else return;
    event.preventDefault();
  }

  /** @param {Element} target */
  #pressed(target) {
    if (target.closest("[data-open-palette]")) return this.toggle();
    const option = target.closest("[role=option]");
    if (option && this.contains(option)) return this.#go(this.#found[[...this.#list.children].indexOf(option)]);
    return target.closest("[data-close-palette]") && this.contains(target) ? this.#dialog.close() : undefined;
  }

  /** As if it had been pressed where it stands, which is shown. @param {Offer | undefined} offer */
  #go(offer) {
    if (!offer) return;
    this.#dialog.close();
    const { element, pane } = offer;
    // A row may have been rendered anew meanwhile.
    const now = element.isConnected ? element : this.#collect().find(({ label, kind }) => label === offer.label && kind === offer.kind)?.element;
    if (pane) /** @type {import("./panes.js").PaneSwitch | null | undefined} */ (zoneOf(this)?.querySelector("pane-switch"))?.show(pane);
    now?.closest("details")?.setAttribute("open", "");
    if (offer.kind === "site") now?.focus();
    now?.click();
  }
}

/** @param {HTMLElement} element */
function isPressable(element) {
  const isOff = element.matches(":disabled, [aria-disabled=true]:not([data-waits])");
  return !isOff && !element.closest("[hidden]") && getComputedStyle(element).display !== "none";
}

/** @param {Element} element */
function wordsOf(element) {
  return (element.getAttribute("aria-label") || element.textContent || "").replace(/\s+/g, " ").trim();
}

customElements.define("command-palette", CommandPalette);
