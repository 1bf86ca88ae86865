/**
 * `<presence-switch>`: a radiogroup of what the operator chooses to be, with a comment for
 * colleagues beside «Занят» and «Перерыв». Event, bubbling: `here` (the server has taken what was chosen).
 *
 * @typedef {"online" | "busy" | "break"} Presence
 */
import { ask, emit, explain, hear, zoneOf } from "./region.js";

export class PresenceSwitch extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;

  connectedCallback() {
    this.#hearing = hear(this, {
      "frame:welcome": ({ presence }) => this.show(presence),
      "frame:presence": ({ value, comment }) => this.show(value, comment),
      status: ({ kind }) => this.follow(kind),
      comeback: () => this.#comeBack(),
      looked: () => this.#comeBack(),
    });
    this.addEventListener("click", this.#clicked);
    this.addEventListener("keydown", this.#moved);
    this.addEventListener("submit", this.#commented);
    this.show(this.value, this.comment);
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    this.removeEventListener("click", this.#clicked);
    this.removeEventListener("keydown", this.#moved);
    this.removeEventListener("submit", this.#commented);
  }

  get value() {
    return /** @type {Presence} */ (this.dataset.value ?? "online");
  }

  get comment() {
    return this.dataset.comment ?? "";
  }

  /** @param {Presence} value @param {string} [comment] */
  show(value, comment = this.comment) {
    this.dataset.value = value;
    this.#showComment(value === "online" ? "" : comment);
    for (const radio of this.#radios()) {
      const isChosen = radio.dataset.value === value;
      radio.setAttribute("aria-checked", String(isChosen));
      radio.tabIndex = isChosen ? 0 : -1;
    }
  }

  /** Without a link nothing can be chosen. @param {import("./banner.js").Status["kind"]} kind */
  follow(kind) {
    const isShown = kind === "fine" || kind === "absent";
    /** @type {HTMLElement} */ (this.querySelector("[role=radiogroup]")).hidden = !isShown;
    /** @type {HTMLElement} */ (this.querySelector("pop-over")).hidden = !isShown || this.value === "online";
    /** @type {HTMLElement} */ (this.querySelector(".presence__lost")).hidden = kind !== "lost";
  }

  /** @param {string} comment */
  #showComment(comment) {
    this.dataset.comment = comment;
    const place = /** @type {import("../shared/pop-over.js").PopOver} */ (this.querySelector("pop-over"));
    const text = /** @type {HTMLElement} */ (place.querySelector("[data-comment-text]"));
    const field = /** @type {HTMLInputElement} */ (place.querySelector("input"));
    place.hidden = this.value === "online";
    text.textContent = comment || (text.dataset.blank ?? "");
    if (document.activeElement !== field) field.value = comment;
  }

  /** @returns {HTMLButtonElement[]} */
  #radios() {
    return [.../** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll("[role=radio]"))];
  }

  /** @param {HTMLButtonElement | undefined} radio */
  #choose(radio) {
    const value = /** @type {Presence | undefined} */ (radio?.dataset.value);
    if (!value || value === this.value) return;
    radio?.focus();
    // Another status is another reason.
    this.#tell(value, "");
  }

  #comeBack() {
    if (zoneOf(this)?.isAbsent) this.#tell(this.value, this.comment);
  }

  /** @param {Presence} value @param {string} comment */
  async #tell(value, comment) {
    const { value: before, comment: said } = this;
    this.show(value, comment);
    try {
      await ask(this, { type: "presence", value, comment });
      emit(this, "here");
    } catch (refusal) {
      this.show(before, said);
      explain(this, /** @type {import("./region.js").Refusal} */ (refusal));
    }
  }

  /** @param {Event} event */
  #commented = (event) => {
    event.preventDefault();
    const place = /** @type {import("../shared/pop-over.js").PopOver} */ (this.querySelector("pop-over"));
    const comment = (place.querySelector("input")?.value ?? "").trim();
    place.toggle(false);
    place.button?.focus();
    this.#tell(this.value, comment);
  };

  /** @param {Event} event */
  #clicked = (event) => {
    this.#choose(/** @type {HTMLButtonElement | undefined} */ (/** @type {Element} */ (event.target).closest("[role=radio]") ?? undefined));
  };

  /** @param {KeyboardEvent} event */
  #moved = (event) => {
    if (!/** @type {Element} */ (event.target).matches("[role=radio]")) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey) return;
    event.preventDefault();
    const radios = this.#radios();
    const current = radios.findIndex((radio) => radio.dataset.value === this.value);
    this.#choose(radios.at((current + step) % radios.length));
  };
}

customElements.define("presence-switch", PresenceSwitch);
