/**
 * `<mine-or-theirs>` in the form of a field that is changed in its place: somebody else has saved
 * another value meanwhile. The form's own button saves what was typed over it; `[data-theirs]` takes
 * what is saved, which the field knows as `data-saved`.
 */
export class MineOrTheirs extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#pressed);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#pressed);
  }

  /** @param {Event} event */
  #pressed = (event) => {
    const form = this.closest("form");
    const field = /** @type {HTMLInputElement | HTMLSelectElement | null | undefined} */ (form?.querySelector("[data-saved]"));
    if (!field || !(/** @type {Element} */ (event.target).closest("[data-theirs]"))) return;
    field.value = field.dataset.saved ?? "";
    field.removeAttribute("aria-invalid");
    // What was typed is kept no more (visitor-information.js).
    field.dispatchEvent(new Event("input", { bubbles: true }));
    /** @type {HTMLElement | null | undefined} */ (form?.querySelector(".field-error"))?.setAttribute("hidden", "");
    field.focus();
    this.remove();
  };
}

customElements.define("mine-or-theirs", MineOrTheirs);
