/**
 * `<report-keys>`: links of the page with a `data-key` are followed by that key, while nobody writes;
 * `[data-print]` anywhere prints. A menu of the filters closes by Esc and by a press elsewhere.
 */
import { isComposing, isTyping } from "../shared/system.js";

class ReportKeys extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("click", this.#clicked);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#pressed);
    document.removeEventListener("click", this.#clicked);
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    if (event.key === "Escape") return this.#close(null);
    if (event.altKey || event.ctrlKey || event.metaKey || isComposing(event) || isTyping(event)) return;
    const link = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-key]")]).find(({ dataset }) => dataset.key === event.key);
    link?.click();
  };

  /** @param {MouseEvent} event */
  #clicked = (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-print]")) print();
    this.#close(target.closest("details"));
  };

  /** All menus but one; who was in one of them is on its button again. @param {Element | null} but */
  #close(but) {
    for (const menu of this.querySelectorAll("details[open]")) {
      if (menu === but) continue;
      if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
      menu.removeAttribute("open");
    }
  }
}

customElements.define("report-keys", ReportKeys);
