/** A text to take along: the button that copies it appears only where this script runs. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const input = /** @type {HTMLInputElement | null} */ (this.querySelector("input, textarea"));
    const button = this.querySelector("button");
    if (!input || !button) return;
    button.hidden = false;
    input.addEventListener("focus", () => input.select());
    button.addEventListener("click", () => this.copy(input));
  }

  /** @param {HTMLInputElement} input */
  async copy(input) {
    input.select();
    // Without HTTPS there is no clipboard; what is selected is copied by the keys all the same.
    await navigator.clipboard?.writeText(input.value);
    const told = this.querySelector("[data-told]");
    if (told && navigator.clipboard) told.textContent = this.dataset.done ?? "";
  }
}

customElements.define("copy-text", CopyText);
