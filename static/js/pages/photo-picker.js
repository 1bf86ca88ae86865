/**
 * `<photo-picker>` sends a photo as it is picked, and says at its field why one was not taken: too
 * large, no link, signed out meanwhile. Without it the form has a button.
 */
class PhotoPicker extends HTMLElement {
  connectedCallback() {
    const form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    const input = /** @type {HTMLInputElement} */ (this.querySelector("input[type=file]"));
    /** @type {HTMLElement} */ (this.querySelector("[data-upload]")).hidden = true;
    input.addEventListener("change", () => this.pick(form, input));
    this.addEventListener("htmx:beforeSwap", (event) => this.judge(/** @type {CustomEvent} */ (event)));
    for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
      this.addEventListener(failure, (event) => this.fail(/** @type {CustomEvent} */ (event)));
    }
    /** @type {any} */ (window).htmx?.process(this);
  }

  /** @param {HTMLFormElement} form @param {HTMLInputElement} input */
  pick(form, input) {
    const file = input.files?.[0];
    if (file && file.size > Number(this.dataset.most)) this.say(this.dataset.tooLarge);
    else if (file) form.requestSubmit();
  }

  /** Only a page with a photo takes the place of this. @param {CustomEvent} event */
  judge(event) {
    const { xhr } = event.detail;
    if (xhr.responseText.includes('id="photo"')) return;
    event.detail.shouldSwap = false;
    if (xhr.status < 400) this.say(this.dataset.signedOut);
  }

  /** @param {CustomEvent} event */
  fail({ detail: { xhr } }) {
    if (xhr?.status !== 422) this.say(told(xhr?.responseText ?? "") ?? this.dataset.lost);
  }

  /** @param {string | undefined} words */
  say(words) {
    const place = /** @type {HTMLElement} */ (this.querySelector("[data-error]"));
    place.textContent = words ?? "";
    place.closest(".field")?.classList.add("is-error");
  }
}

/** What the server says where it refuses before it has the file. @param {string} text @returns {string | undefined} */
function told(text) {
  try {
    return JSON.parse(text).detail;
  } catch {
    return undefined;
  }
}

customElements.define("photo-picker", PhotoPicker);
