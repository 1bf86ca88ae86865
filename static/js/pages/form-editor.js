/**
 * A form of the administration: says that something is not saved and asks before it is left, marks
 * the field that the server found wrong as it was left, and keeps what was typed where the answer
 * to saving is none (no link, signed out meanwhile). The form itself works without it.
 */
class FormEditor extends HTMLElement {
  connectedCallback() {
    this.form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    // Shown again with errors, it holds what is not saved.
    this.shown = this.hasAttribute("data-refused") ? "" : this.typed();
    this.isSending = false;
    this.heard = new AbortController();
    const { signal } = this.heard;
    this.addEventListener("input", () => this.tell(), { signal });
    this.addEventListener("change", () => this.tell(), { signal });
    // Told to what would be replaced, which is around this.
    document.addEventListener("htmx:beforeSwap", (event) => this.judge(/** @type {CustomEvent} */ (event)), { signal });
    this.addEventListener("htmx:afterSwap", (event) => this.mark(/** @type {Element} */ (event.target)), { signal });
    for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
      this.addEventListener(failure, (event) => this.fail(/** @type {CustomEvent} */ (event)), { signal });
    }
    window.addEventListener("submit", (event) => this.send(event), { signal });
    window.addEventListener("beforeunload", (event) => this.ask(event), { signal });
    // Which would look at what was swapped in a moment later: a field may be left before.
    /** @type {any} */ (window).htmx?.process(this);
    this.tell();
    /** @type {HTMLElement | null} */ (this.querySelector('[aria-invalid="true"]'))?.focus();
  }

  disconnectedCallback() {
    this.heard?.abort();
  }

  typed() {
    const form = /** @type {HTMLFormElement} */ (this.form);
    const aside = new Set([...form.querySelectorAll("[data-aside]")].map((one) => one.getAttribute("name")));
    const kept = [...new FormData(form)].filter(([name]) => !aside.has(name));
    const pairs = kept.map(([name, value]) => [name, String(value)]);
    return new URLSearchParams(pairs).toString();
  }

  get isUnsaved() {
    return this.typed() !== this.shown;
  }

  tell() {
    const words = /** @type {HTMLElement | null} */ (this.querySelector("[data-unsaved]"));
    if (words) words.hidden = !this.isUnsaved;
  }

  /** Sent without htmx, the page is left on purpose. @param {Event} event */
  send(event) {
    this.isSending = event.target === this.form && !event.defaultPrevented;
  }

  /** @param {BeforeUnloadEvent} event */
  ask(event) {
    if (this.isUnsaved && !this.isSending) event.preventDefault();
  }

  /** Only a page with a content of ours takes the place of the form. @param {CustomEvent} event */
  judge(event) {
    const { xhr, target } = event.detail;
    if (target?.matches("photo-picker")) return; // which judges for itself
    if (isSaving(target) ? xhr.responseText.includes('id="content"') : !/<html/i.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    if (isSaving(target) && xhr.status < 400) this.say(this.dataset.signedOut);
  }

  /** @param {CustomEvent} event */
  fail(event) {
    const { xhr, target } = event.detail;
    if (!isSaving(target) || xhr?.status === 409 || xhr?.status === 422) return;
    const told = new DOMParser().parseFromString(xhr?.responseText ?? "", "text/html").querySelector("[data-refusal]");
    this.say(told?.textContent ?? this.dataset.lost);
  }

  /** @param {string | null | undefined} words */
  say(words) {
    const place = /** @type {HTMLElement | null} */ (this.querySelector("[data-trouble]"));
    if (!place) return;
    place.textContent = words ?? "";
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
  }

  /** What was found of a field that was left. @param {Element} slot */
  mark(slot) {
    if (!slot.matches?.("[data-error]")) return;
    const isWrong = slot.textContent?.trim() !== "";
    const field = slot.closest(".field");
    const named = /** @type {HTMLElement | null} */ (slot.querySelector("[data-wrong]"))?.dataset.wrong;
    field?.classList.toggle("is-error", isWrong && !named);
    for (const input of field?.querySelectorAll("input, select, textarea") ?? []) {
      if (isWrong && (!named || input.id === named)) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
}

/** @param {Element | undefined} target */
function isSaving(target) {
  return target?.id === "content";
}

customElements.define("form-editor", FormEditor);

/** «Сохранено» is told once: not again where the page is loaded anew. */
function forgetSaved() {
  const address = new URL(location.href);
  if (!address.searchParams.has("saved")) return;
  address.searchParams.delete("saved");
  history.replaceState(history.state, "", address);
}

document.addEventListener("htmx:pushedIntoHistory", forgetSaved);
forgetSaved();
