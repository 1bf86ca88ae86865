/** A field for a colour gets the browser's own picker beside it; each follows the other. */
class ColourPicker extends HTMLElement {
  connectedCallback() {
    const typed = /** @type {HTMLInputElement} */ (this.querySelector("input"));
    const picker = document.createElement("input");
    picker.type = "color";
    picker.setAttribute("aria-label", this.dataset.label ?? "");
    const follow = () => (picker.value = typed.value || typed.placeholder);
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
}

customElements.define("colour-picker", ColourPicker);
