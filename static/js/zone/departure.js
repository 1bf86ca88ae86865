/**
 * `<zone-departure>`: who leaves the zone by its menu is asked first what of the visitors who wait
 * for an answer. With nobody waiting, or no answer from the server, one simply leaves; but what was
 * decided and did not arrive is not taken for done.
 */
import { pageHeaders } from "../shared/page-headers.js";

const PATIENCE_MS = 4000;
/** @type {Record<string, string>} which choice a field's name begins with belongs to */
const CHOICE_OF = { until: "keep", to: "pass" };

export class ZoneDeparture extends HTMLElement {
  /** @type {HTMLElement | null} the link that was pressed */
  #exit = null;
  #isDecided = false;

  connectedCallback() {
    document.addEventListener("click", this.#leaving, { capture: true });
    this.addEventListener("submit", this.#decided);
    this.addEventListener("click", this.#stayed);
    this.addEventListener("input", this.#named);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#leaving, { capture: true });
    this.removeEventListener("submit", this.#decided);
    this.removeEventListener("click", this.#stayed);
    this.removeEventListener("input", this.#named);
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  /** @param {MouseEvent} event */
  #leaving = (event) => {
    const exit = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest(".topbar a[href]:not([data-help]), a[data-leaves]"));
    const opensElsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!exit || opensElsewhere || this.#isDecided || exit.matches("[aria-current]")) return;
    event.preventDefault();
    event.stopPropagation();
    this.#exit = exit;
    this.#ask({});
  };

  /** @param {RequestInit} request */
  async #ask(request) {
    const giveUp = () => (request.method === "POST" ? this.#failed() : this.#leave());
    let answer;
    try {
      answer = await fetch(this.dataset.question ?? "", { ...request, headers: pageHeaders(), signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      return giveUp();
    }
    const isQuestion = answer.ok || answer.status === 409 || answer.status === 422;
    if (answer.status === 204) return this.#leave();
    if (!isQuestion || answer.redirected) return giveUp();
    this.dialog.innerHTML = await answer.text();
    this.#nameExit();
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** The deed says where one goes. */
  #nameExit() {
    const deed = /** @type {HTMLElement | null} */ (this.dialog.querySelector("[data-open]"));
    if (!deed || !this.#exit || this.#exit.matches("[data-sign-out]")) return;
    const section = this.#exit.dataset.leaves ?? (this.#exit.textContent ?? "").trim();
    deed.textContent = (deed.dataset.open ?? "").replace("{section}", section);
  }

  /** @param {SubmitEvent} event */
  #decided = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    this.#ask({ method: "POST", body: new FormData(form) });
  };

  /** @param {Event} event */
  #stayed = (event) => {
    if (/** @type {Element} */ (event.target).closest("[data-stay]")) this.dialog.close();
  };

  /** Whatever is filled in belongs to one of the choices, which is chosen by it. @param {Event} event */
  #named = (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const choice = CHOICE_OF[field.name.split("-", 1)[0]];
    const radio = /** @type {HTMLInputElement | null | undefined} */ (choice && field.closest("fieldset")?.querySelector(`[value="${choice}"]`));
    if (radio && !radio.disabled) radio.checked = true;
  };

  #failed() {
    /** @type {HTMLElement | null} */ (this.dialog.querySelector("[data-failed]"))?.removeAttribute("hidden");
  }

  #leave() {
    this.#isDecided = true;
    this.#exit?.click();
    this.#isDecided = false;
  }
}

customElements.define("zone-departure", ZoneDeparture);
