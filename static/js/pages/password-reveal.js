/** Lets a person look at the password they typed. The button appears only where this script runs. */
class PasswordReveal extends HTMLElement {
  connectedCallback() {
    this.input = /** @type {HTMLInputElement} */ (this.querySelector("input"));
    this.button = /** @type {HTMLButtonElement} */ (this.querySelector("button"));
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.reveal(this.input?.type === "password"));
    this.reveal(false);
  }

  /** @param {boolean} shown */
  reveal(shown) {
    if (!this.input || !this.button) return;
    this.input.type = shown ? "text" : "password";
    this.button.setAttribute("aria-label", (shown ? this.dataset.hide : this.dataset.show) ?? "");
    for (const icon of /** @type {NodeListOf<HTMLElement>} */ (this.button.querySelectorAll("[data-when]"))) {
      icon.hidden = (icon.dataset.when === "shown") !== shown;
    }
  }
}

customElements.define("password-reveal", PasswordReveal);
