/**
 * `<site-preview data-look="…">` around a frame with a sample of the window, and the buttons that
 * choose what of it is shown. It wears what stands in the form around it, saved or not.
 *
 * @typedef {import("../widget/widget.js").Look} Look
 */
import { readColour } from "./colours.js";

/** Of the form's fields, those that are words of the look. @type {Record<string, keyof Look>} */
const WORDS = {
  corner: "corner", online_text: "online", offline_text: "offline", window_greeting: "greeting",
  away_title: "away_title", away_text: "away_text", thanks_text: "thanks",
};
/** @type {Record<string, keyof Look>} */
const SWITCHES = { sound: "sound", shows_operators: "operators", asks_email: "asks_email", attaches_files: "attaches" };

/**
 * The look that a form's fields make of the one that is saved.
 * @param {Look} saved
 * @param {FormData} fields
 * @returns {Look}
 */
export function lookOf(saved, fields) {
  /** @type {any} */
  const look = { ...saved };
  for (const [field, part] of Object.entries(WORDS)) look[part] = String(fields.get(field) ?? "").trim();
  for (const [field, part] of Object.entries(SWITCHES)) look[part] = fields.has(field);
  look.colour = readColour(String(fields.get("colour") ?? "")) ?? saved.colour;
  look.theme = String(fields.get("theme") ?? "auto");
  return look;
}

if (globalThis.customElements) {
  customElements.define("site-preview", class extends HTMLElement {
    #state = "online";
    #theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    /** @type {AbortController | undefined} */
    #living;

    connectedCallback() {
      this.#living = new AbortController();
      const { signal } = this.#living;
      this.hidden = false;
      for (const type of ["input", "change"]) this.#form.addEventListener(type, (event) => this.#changed(event), { signal });
      addEventListener("message", ({ source, origin }) => {
        if (source === this.#frame.contentWindow && origin === location.origin) this.#tell();
      }, { signal });
      this.addEventListener("click", ({ target }) => this.#choose(/** @type {Element} */ (target).closest("button")), { signal });
      this.addEventListener("keydown", (event) => this.#move(event), { signal });
      document.addEventListener("htmx:afterSettle", () => this.#tell(), { signal });
      this.#follow();
      this.#tell();
    }

    disconnectedCallback() {
      this.#living?.abort();
    }

    get #form() {
      return /** @type {HTMLFormElement} */ (this.closest("form"));
    }

    get #frame() {
      return /** @type {HTMLIFrameElement} */ (this.querySelector("iframe"));
    }

    /** @param {Event} event */
    #changed({ target }) {
      if (/** @type {HTMLInputElement} */ (target).name === "theme") this.#follow();
      this.#tell();
    }

    /** The form's theme, where it is one. */
    #follow() {
      const chosen = String(new FormData(this.#form).get("theme"));
      if (chosen !== "auto") this.#theme = chosen;
    }

    /** @param {HTMLElement | null} button */
    #choose(button) {
      this.#state = button?.dataset.state ?? this.#state;
      this.#theme = button?.dataset.themeShown ?? this.#theme;
      this.#tell();
    }

    /** As between radio buttons. @param {KeyboardEvent} event */
    #move(event) {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[role=radio]"));
      if (!step || !button) return;
      event.preventDefault();
      const all = /** @type {HTMLElement[]} */ ([...(button.parentElement?.children ?? [])]);
      const next = all[(all.indexOf(button) + step + all.length) % all.length];
      this.#choose(next);
      next.focus();
    }

    #tell() {
      if (!this.isConnected) return;
      for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[role=radio]"))) {
        const isOn = button.dataset.state === this.#state || button.dataset.themeShown === this.#theme;
        button.ariaChecked = String(isOn);
        button.tabIndex = isOn ? 0 : -1;
      }
      const look = lookOf(JSON.parse(this.dataset.look ?? "{}"), new FormData(this.#form));
      const avatar = /** @type {HTMLElement | null} */ (document.querySelector("[data-site-avatar]"))?.dataset.siteAvatar ?? "";
      // Of one scheme with its document, or browsers paint the frame an opaque ground.
      this.#frame.style.colorScheme = this.#theme;
      this.#frame.contentWindow?.postMessage({ look: { ...look, avatar, theme: this.#theme }, state: this.#state }, location.origin);
    }
  });
}
