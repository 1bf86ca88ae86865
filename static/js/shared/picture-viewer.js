/**
 * `<picture-viewer>` (shared/_pictures.html): a picture of the log, pressed, is shown over the page,
 * with arrows to the others. It goes when its picture leaves the page, and gives the focus back. Set
 * `fresh` to a function returning where a file may be had now, null for nowhere.
 *
 * Event, bubbling: `viewing` (detail {on}).
 */
const PICTURES = "[role=log] a.attachment:has(.attachment__thumb)";
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

export class PictureViewer extends HTMLElement {
  /** @type {(link: HTMLAnchorElement) => Promise<string | null>} */
  fresh = async (link) => link.href;
  /** Paths of the files: what is shown, and what was pressed. */
  #shown = "";
  #pressed = "";
  #watching = new MutationObserver(() => this.#follow());
  /** @type {AbortController | null} */
  #listening = null;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("click", this.#open, { capture: true, signal });
    this.dialog.addEventListener("click", this.#clicked, { signal });
    this.dialog.addEventListener("keydown", this.#typed, { signal });
    this.dialog.addEventListener("close", this.#closed, { signal });
    this.#picture.addEventListener("load", () => this.#settle(""), { signal });
    this.#picture.addEventListener("error", () => this.#fail(), { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#watching.disconnect();
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  get #picture() {
    return /** @type {HTMLImageElement} */ (this.querySelector("[data-picture]"));
  }

  get #links() {
    return [.../** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(PICTURES))];
  }

  /** @param {string} path */
  #find(path) {
    return this.#links.find(({ pathname }) => pathname === path);
  }

  /** @param {MouseEvent} event */
  #open = (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest(PICTURES));
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.#pressed = link.pathname;
    this.#watching.observe(document.body, { childList: true, subtree: true });
    this.dialog.showModal();
    this.#closer.focus();
    this.dispatchEvent(new CustomEvent("viewing", { detail: { on: true }, bubbles: true }));
    this.#show(link);
  };

  /** @param {HTMLAnchorElement} link */
  async #show(link) {
    this.#shown = link.pathname;
    this.#tell();
    this.#settle("");
    this.#picture.removeAttribute("src");
    this.dialog.ariaBusy = "true";
    const url = await this.fresh(link);
    if (this.#shown !== link.pathname || !this.dialog.open) return;
    if (!url) return this.#fail();
    this.#download.href = url;
    this.#picture.src = `${url}${url.includes("?") ? "&" : "?"}inline`;
  }

  get #closer() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-close]"));
  }

  get #download() {
    return /** @type {HTMLAnchorElement} */ (this.querySelector("[data-download]"));
  }

  /** Which one it is, and where the arrows lead. */
  #tell() {
    const links = this.#links;
    const at = links.findIndex(({ pathname }) => pathname === this.#shown);
    const name = links[at]?.querySelector(".attachment__name")?.textContent ?? "";
    const count = /** @type {HTMLElement} */ (this.querySelector("[data-count]"));
    const pattern = links.length > 1 ? count.dataset.pattern ?? "" : "";
    write(/** @type {HTMLElement} */ (this.querySelector("[data-name]")), name);
    write(count, pattern.replace("{n}", String(at + 1)).replace("{all}", String(links.length)));
    this.#picture.alt = name;
    this.#download.href = links[at]?.href ?? "#";
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-step]"))) {
      const isLast = !links[at + Number(button.dataset.step)];
      if (isLast && button === document.activeElement) this.#closer.focus();
      button.hidden = isLast;
    }
  }

  /** The log has changed beneath. */
  #follow() {
    if (this.#find(this.#shown)) this.#tell();
    else this.close();
  }

  /** @param {number} by */
  #step(by) {
    const links = this.#links;
    const next = links[links.findIndex(({ pathname }) => pathname === this.#shown) + by];
    if (next) this.#show(next);
  }

  #fail() {
    const { failed = "" } = /** @type {HTMLElement} */ (this.querySelector("[data-failed]")).dataset;
    this.#settle(failed);
  }

  /** @param {string} failure */
  #settle(failure) {
    this.dialog.ariaBusy = null;
    this.dialog.classList.toggle("is-failed", failure !== "");
    write(/** @type {HTMLElement} */ (this.querySelector("[data-failed]")), failure);
  }

  /** @param {MouseEvent} event */
  #clicked = ({ target }) => {
    const pressed = /** @type {Element} */ (target);
    const step = /** @type {HTMLElement | null} */ (pressed.closest("[data-step]"));
    if (step) this.#step(Number(step.dataset.step));
    if (pressed.closest("[data-close]") || pressed.matches("[data-stage]")) this.close();
  };

  /** Nothing beneath hears the keys. @param {KeyboardEvent} event */
  #typed = (event) => {
    event.stopPropagation();
    if (event.key in STEPS) this.#step(STEPS[event.key]);
    if (event.key === "Tab") this.#keepFocus(event);
  };

  /** A frame ends where the page around it goes on. @param {KeyboardEvent} event */
  #keepFocus(event) {
    const stops = [.../** @type {NodeListOf<HTMLElement>} */ (this.dialog.querySelectorAll("a, button:not([hidden])"))];
    const [from, to] = event.shiftKey ? [stops[0], stops[stops.length - 1]] : [stops[stops.length - 1], stops[0]];
    if (document.activeElement !== from && this.dialog.contains(document.activeElement)) return;
    event.preventDefault();
    to.focus();
  }

  #closed = () => {
    this.#watching.disconnect();
    this.#picture.removeAttribute("src");
    this.dispatchEvent(new CustomEvent("viewing", { detail: { on: false }, bubbles: true }));
    const back = this.#find(this.#pressed) ?? /** @type {HTMLElement | null} */ (document.querySelector("[role=log]"));
    back?.focus({ preventScroll: true });
  };
}

/** What stays the same is no news, to whoever listens and to our own watching. @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

customElements.define("picture-viewer", PictureViewer);
