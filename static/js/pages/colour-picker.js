/** A field for a colour gets the browser's own picker beside it; each follows the other. */
import { contrastWithWhite, readColour } from "./colours.js";

const READABLE = 4.5;

class ColourPicker extends HTMLElement {
  connectedCallback() {
    const typed = /** @type {HTMLInputElement} */ (this.querySelector("input"));
    const picker = document.createElement("input");
    picker.type = "color";
    picker.setAttribute("aria-label", this.dataset.label ?? "");
    const follow = () => {
      picker.value = readColour(typed.value || typed.placeholder) || picker.value;
      this.#judge(picker.value);
    };
    const take = () => {
      typed.value = picker.value;
      typed.dispatchEvent(new Event("input", { bubbles: true }));
    };
    follow();
    typed.addEventListener("input", follow);
    picker.addEventListener("input", take);
    picker.addEventListener("change", () => typed.dispatchEvent(new Event("change", { bubbles: true })));
    typed.after(picker);
  }

  /** How white is read on it, while it is being chosen; the server judges what is saved. @param {string} colour */
  #judge(colour) {
    const badge = /** @type {HTMLElement | null} */ (this.querySelector("[data-contrast]"));
    if (!badge) return;
    // Cut, not rounded: 4.49 is not 4.5.
    const contrast = Math.floor(contrastWithWhite(colour) * 10) / 10;
    badge.hidden = false;
    badge.textContent = (badge.dataset.contrast ?? "").replace("{n}", contrast.toLocaleString(document.documentElement.lang));
    badge.classList.toggle("badge--good", contrast >= READABLE);
    badge.classList.toggle("badge--bad", contrast < READABLE);
  }
}

customElements.define("colour-picker", ColourPicker);
