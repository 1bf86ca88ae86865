/**
 * `<pop-over>` around a button and a `.popover` beside it. Opens by the button; closes by it,
 * `[data-dismiss]`, Esc or a press elsewhere, and gives the focus back. The focus goes to
 * the field that is wrong, else to `[data-first]`, else to the first button. `--room` of the panel:
 * how much is seen of the page below its upper edge, also above the keyboard of a screen. A form that
 * comes back `[data-done]` closes it, and the focus goes to what that names.
 *
 * Events, not bubbling: `opened`, `closed`.
 */
const EDGE_PX = 8;

export class PopOver extends HTMLElement {
  /** @type {AbortController | null} */
  #listening = null;

  connectedCallback() {
    this.button = /** @type {HTMLButtonElement} */ (this.querySelector("[aria-expanded]"));
    this.panel = /** @type {HTMLElement} */ (this.querySelector(".popover"));
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.button.addEventListener("click", () => this.toggle(), { signal });
    this.addEventListener("keydown", this.#escaped, { signal });
    this.addEventListener("click", this.#dismissed, { signal });
    this.addEventListener("htmx:afterSettle", this.#filled, { signal });
    document.addEventListener("pointerdown", this.#pressedElsewhere, { signal });
    visualViewport?.addEventListener("resize", this.#measure, { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  get isOpen() {
    return this.panel?.hidden === false;
  }

  toggle(open = !this.isOpen) {
    if (!this.panel || !this.button) return;
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    this.#measure();
    if (open) this.#first?.focus();
    this.dispatchEvent(new CustomEvent(open ? "opened" : "closed"));
  }

  get #first() {
    return /** @type {HTMLElement | null | undefined} */ (this.panel?.querySelector("[aria-invalid=true]") ?? this.panel?.querySelector("[data-first]") ?? this.panel?.querySelector("button"));
  }

  /** What the panel shows came after it was opened, or came again with an error; who is in a field of it already stays there. */
  #filled = () => {
    const done = /** @type {HTMLElement | null | undefined} */ (this.panel?.querySelector("[data-done]"));
    if (this.isOpen && done) return this.#finish(done.dataset.done ?? "");
    if (this.isOpen && !this.panel?.contains(document.activeElement)) this.#first?.focus();
  };

  /** @param {string} next */
  #finish(next) {
    this.close();
    /** @type {HTMLElement | null} */ (document.querySelector(next))?.focus();
  }

  #measure = () => {
    if (!this.isOpen || !this.panel) return;
    const room = (visualViewport?.height ?? innerHeight) - this.panel.getBoundingClientRect().top - EDGE_PX;
    this.panel.style.setProperty("--room", `${room}px`);
  };

  /** And the focus is where it was. */
  close() {
    this.toggle(false);
    this.button?.focus();
  }

  /** @param {KeyboardEvent} event */
  #escaped = (event) => {
    if (event.key !== "Escape" || !this.isOpen) return;
    event.stopPropagation();
    this.close();
  };

  /** @param {Event} event */
  #dismissed = (event) => {
    if (/** @type {Element} */ (event.target).closest("[data-dismiss]")) this.close();
  };

  /** @param {Event} event */
  #pressedElsewhere = (event) => {
    if (this.isOpen && !this.contains(/** @type {Node} */ (event.target))) this.toggle(false);
  };
}

customElements.define("pop-over", PopOver);
