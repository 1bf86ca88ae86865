/**
 * `<tool-tip>`: a button and the words that stand beside it while it is pointed at, pressed or has
 * the focus; the sheet of style shows them. Esc takes them away until then. They keep within the page.
 */
const EDGE_PX = 8;

class ToolTip extends HTMLElement {
  connectedCallback() {
    this.words = /** @type {HTMLElement} */ (this.querySelector("[role=tooltip]"));
    this.addEventListener("pointerenter", () => this.#show());
    this.addEventListener("focusin", () => this.#show());
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.classList.add("is-away");
    });
  }

  #show() {
    if (!this.words) return;
    this.classList.remove("is-away");
    this.words.style.translate = "";
    const { left, right } = this.words.getBoundingClientRect();
    const room = document.documentElement.clientWidth - EDGE_PX;
    const aside = Math.max(EDGE_PX - left, Math.min(0, room - right));
    if (aside) this.words.style.translate = `${aside}px`;
  }
}

customElements.define("tool-tip", ToolTip);
