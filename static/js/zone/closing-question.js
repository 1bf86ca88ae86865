/**
 * `<closing-question>`: the panel of «Закрыть обращение». A digit chooses the outcome of that number
 * and closes, unless a field is to be filled in first; arrows choose, Enter closes. Digits count from
 * the moment the panel opens, also while what it asks is on its way.
 *
 * @typedef {import("../shared/pop-over.js").PopOver} PopOver
 */

/**
 * Which outcome a key chooses, from 1; 0 for none. By its place, since some layouts write signs there.
 * @param {{code: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean}} key
 */
export function outcomeOf({ code, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return 0;
  return Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1] ?? 0);
}

/** Whether a digit is a part of what is written there. @param {Element} target */
const isField = (target) => target.matches("input:not([type=radio]), select, textarea");

export class ClosingQuestion extends HTMLElement {
  /** @type {AbortController | null} */
  #listening = null;
  #held = 0;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const panel = /** @type {PopOver} */ (this.closest("pop-over"));
    panel.addEventListener("opened", this.#opened, { signal });
    panel.addEventListener("closed", () => (this.#held = 0), { signal });
    this.addEventListener("keydown", this.#pressed, { signal });
    this.addEventListener("htmx:afterSettle", this.#arrived, { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @returns {HTMLInputElement[]} */
  get #outcomes() {
    return [.../** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("[name=outcome]"))];
  }

  /** The keys are the panel's from now on, not those of the field that had the focus. */
  #opened = () => {
    this.#held = 0;
    if (!this.contains(document.activeElement)) this.focus();
  };

  #arrived = () => {
    if (document.activeElement === this) /** @type {HTMLElement | null} */ (this.querySelector("[data-first]"))?.focus();
    this.#choose(this.#held);
  };

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    if (event.defaultPrevented || isField(/** @type {Element} */ (event.target))) return;
    const number = outcomeOf(event);
    if (number) {
      event.preventDefault();
      return this.querySelector("form") ? this.#choose(number) : void (this.#held = number);
    }
    this.#arrowed(event);
  };

  /** Of radios of which none is chosen, browsers let the first arrow pass over the first. @param {KeyboardEvent} event */
  #arrowed(event) {
    const [first] = this.#outcomes;
    if (event.target !== first || event.key !== "ArrowDown" || this.#outcomes.some(({ checked }) => checked)) return;
    event.preventDefault();
    first.checked = true;
  }

  /** @param {number} number from 1; 0 for none */
  #choose(number) {
    this.#held = 0;
    const outcome = this.#outcomes[number - 1];
    if (!outcome) return;
    outcome.checked = true;
    const field = /** @type {HTMLElement | null} */ (this.querySelector("[data-asked] .input"));
    if (field) field.focus();
    else outcome.form?.requestSubmit();
  }
}

customElements.define("closing-question", ClosingQuestion);
