/** Shows below a text what becomes of its placeholders: {имя} → Марина. */
class TextPreview extends HTMLElement {
  connectedCallback() {
    this.values = /** @type {Record<string, string>} */ (JSON.parse(this.dataset.values ?? "{}"));
    this.addEventListener("input", () => this.show());
    this.show();
  }

  show() {
    const text = this.querySelector("textarea")?.value ?? "";
    const preview = /** @type {HTMLElement | null} */ (this.querySelector("[data-preview]"));
    if (!preview?.parentElement) return;
    preview.textContent = filled(text, this.values ?? {});
    preview.parentElement.hidden = text.trim() === "";
  }
}

/**
 * As chat/placeholders.py fills it.
 * @param {string} text
 * @param {Record<string, string>} values
 */
function filled(text, values) {
  return text.replace(/\{([^{}\n]*)\}/g, (whole, name) => values[name] ?? whole);
}

customElements.define("text-preview", TextPreview);
