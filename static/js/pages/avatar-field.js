/** Says of a chosen picture that it is too big before it is sent: the server would drop it unread. */
customElements.define("avatar-field", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target }) => {
      const input = /** @type {HTMLInputElement} */ (target);
      const isTooBig = (input.files?.[0]?.size ?? 0) > Number(this.dataset.most);
      const words = isTooBig ? (this.dataset.tooBig ?? "") : "";
      input.setCustomValidity(words);
      const place = this.parentElement?.querySelector("[data-error]");
      if (place) place.textContent = words;
    });
  }
});
