/**
 * `<presence-switch>`: a radiogroup of what the operator chooses to be. Event, bubbling:
 * `presence` (detail {value}).
 *
 * @typedef {"online" | "busy" | "break"} Presence
 */
export class PresenceSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#clicked);
    this.addEventListener("keydown", this.#moved);
    this.show(this.value);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#clicked);
    this.removeEventListener("keydown", this.#moved);
  }

  get value() {
    return /** @type {Presence} */ (this.dataset.value ?? "online");
  }

  /** @param {Presence} value */
  show(value) {
    this.dataset.value = value;
    for (const radio of this.#radios()) {
      const isChosen = radio.dataset.value === value;
      radio.setAttribute("aria-checked", String(isChosen));
      radio.tabIndex = isChosen ? 0 : -1;
    }
  }

  /** Without a link nothing can be chosen. @param {import("./zone-banner.js").Status["kind"]} kind */
  follow(kind) {
    /** @type {HTMLElement} */ (this.querySelector("[role=radiogroup]")).hidden = kind !== "fine" && kind !== "absent";
    /** @type {HTMLElement} */ (this.querySelector(".presence__lost")).hidden = kind !== "lost";
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
    this.dispatchEvent(new CustomEvent("presence", { detail: { value }, bubbles: true }));
  }

  /** @param {Event} event */
  #clicked = (event) => {
    this.#choose(/** @type {HTMLButtonElement | undefined} */ (/** @type {Element} */ (event.target).closest("[role=radio]") ?? undefined));
  };

  /** @param {KeyboardEvent} event */
  #moved = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey) return;
    event.preventDefault();
    const radios = this.#radios();
    const current = radios.findIndex((radio) => radio.dataset.value === this.value);
    this.#choose(radios.at((current + step) % radios.length));
  };
}

customElements.define("presence-switch", PresenceSwitch);
