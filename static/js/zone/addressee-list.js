/**
 * `<addressee-list>`: operators and departments to choose from, narrowed by what is typed. Enter
 * chooses the first that is left, an arrow down goes to it.
 */
import { plain } from "./matching.js";

export class AddresseeList extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this.#narrowed);
    this.addEventListener("keydown", this.#pressed);
  }

  disconnectedCallback() {
    this.removeEventListener("input", this.#narrowed);
    this.removeEventListener("keydown", this.#pressed);
  }

  /** @returns {HTMLLabelElement[]} */
  get #options() {
    return [.../** @type {NodeListOf<HTMLLabelElement>} */ (this.querySelectorAll("label:has([name=to])"))];
  }

  /** @param {Event} event */
  #narrowed = (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (!field.matches("[data-search]")) return;
    const wanted = plain(field.value);
    for (const option of this.#options) {
      const name = option.querySelector("[data-name]")?.textContent ?? "";
      option.hidden = !plain(name).includes(wanted);
    }
    for (const group of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("fieldset"))) {
      group.hidden = !group.querySelector("label:not([hidden])");
    }
    const none = /** @type {HTMLElement} */ (this.querySelector("[data-none]"));
    none.hidden = this.#options.some((option) => !option.hidden);
  };

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    const field = /** @type {HTMLElement} */ (event.target);
    if (!field.matches("[data-search]") || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const first = this.#options.find((option) => !option.hidden)?.querySelector("input");
    if (event.key === "Enter") first?.click();
    first?.focus();
  };
}

customElements.define("addressee-list", AddresseeList);
