/**
 * The window's menu (`[data-menu]`, a `<pop-over>`): sound for this person in all tabs, what was
 * said as a file or by e-mail, the end of the chat. What needs the link says so while there is none.
 *
 * @typedef {import("../shared/connection.js").Connection} Connection
 * @typedef {import("../shared/connection.js").Refusal} Refusal
 * @typedef {import("../shared/pop-over.js").PopOver} PopOver
 */
import "../shared/pop-over.js";
import { keep } from "../shared/keep.js";

// A browser needs the address for as long as it takes to begin saving.
const SAVING_MS = 60_000;

export class WindowMenu {
  /**
   * @param {HTMLElement} root
   * @param {Connection} connection
   * @param {() => Promise<Record<string, string>>} headers
   * @param {AbortSignal} signal
   */
  constructor(root, connection, headers, signal) {
    this.menu = /** @type {PopOver} */ (root.querySelector("[data-menu]"));
    this.connection = connection;
    this.headers = headers;
    this.key = `widget:${root.dataset.scope}:muted`;
    this.menu.addEventListener("opened", () => this.#show("choices"), { signal });
    this.menu.addEventListener("click", (event) => this.#pressed(/** @type {Element} */ (event.target)), { signal });
    this.menu.addEventListener("submit", (event) => this.#submitted(event), { signal });
    connection.addEventListener("state", () => this.#linkChanged(), { signal });
    keep.ready.then(() => this.#soundChanged());
    keep.follow(this.key, () => this.#soundChanged(), signal);
  }

  get isMuted() {
    return keep.get(this.key) === true;
  }

  /** @param {string} name @returns {HTMLElement | null} none where the installation sends no mail */
  #optional(name) {
    return this.menu.querySelector(`[data-${name}]`);
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    return /** @type {HTMLElement} */ (this.menu.querySelector(`[data-${name}]`));
  }

  /** @param {Element} target */
  #pressed(target) {
    const button = /** @type {HTMLElement | null} */ (target.closest("button"));
    if (!button || button.ariaBusy) return;
    if (button.matches("[data-needs-link]") && !this.connection.connected) return this.#tell("offline");
    if (button.matches("[data-mute]")) this.#mute();
    if (button.matches("[data-take]")) this.#finish(button, () => this.#take());
    if (button.matches("[data-mail]")) this.#show("letter");
    if (button.matches("[data-end]")) this.#show("question");
    if (button.matches("[data-surely]")) this.#finish(button, () => this.#end());
  }

  /** @param {"choices" | "question" | "letter"} part */
  #show(part) {
    this.#tell("");
    for (const one of ["choices", "question", "letter"]) {
      const shown = this.#optional(one);
      if (shown) shown.hidden = one !== part;
    }
    if (part === "question") this.#part("surely").focus();
    if (part === "letter") this.#part("letter").querySelector("input")?.focus();
  }

  /** The answer is words for whoever asked, also where it is no. @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = /** @type {HTMLElement} */ (form.querySelector("[type=submit]"));
    if (button.ariaBusy) return;
    if (!this.connection.connected) return this.#tell("offline");
    this.#tell("");
    button.ariaBusy = "true";
    try {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const asked = new URLSearchParams({ email: String(new FormData(form).get("email")), timezone: timeZone });
      const answer = await fetch(String(form.dataset.address), { method: "POST", headers: await this.headers(), body: asked });
      const { detail } = await answer.json();
      if (answer.ok) this.#show("choices");
      this.#part("told").textContent = detail;
      this.#part("told").classList.toggle("is-done", answer.ok);
    } catch {
      this.#tell("failed");
    }
    button.ariaBusy = null;
  }

  /** @param {string} name of the words; empty for none */
  #tell(name) {
    const line = this.#part("told");
    line.textContent = line.dataset[name] ?? "";
    line.classList.remove("is-done");
  }

  #linkChanged() {
    for (const button of this.menu.querySelectorAll("[data-needs-link]")) {
      button.ariaDisabled = this.connection.connected ? null : "true";
    }
  }

  /** @param {HTMLElement} button @param {() => Promise<unknown>} deed */
  async #finish(button, deed) {
    this.#tell("");
    button.ariaBusy = "true";
    try {
      await deed();
      if (this.menu.isOpen) this.menu.close();
    } catch {
      this.#tell("failed");
    }
    button.ariaBusy = null;
  }

  #mute() {
    keep.set(this.key, this.isMuted ? null : true);
    this.#soundChanged();
  }

  #soundChanged() {
    this.#part("loud").hidden = this.isMuted;
    this.#part("muted").hidden = !this.isMuted;
  }

  async #take() {
    const link = /** @type {HTMLAnchorElement} */ (this.#part("saved"));
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const answer = await fetch(`${link.dataset.address}?${new URLSearchParams({ timezone: timeZone })}`, { headers: await this.headers() });
    if (!answer.ok) throw new Error(String(answer.status));
    link.href = URL.createObjectURL(await answer.blob());
    setTimeout((/** @type {string} */ url) => URL.revokeObjectURL(url), SAVING_MS, link.href);
    link.click();
  }

  /** One that is over already is what was asked for. */
  #end() {
    return this.connection.request({ type: "end" }).catch((/** @type {Refusal} */ refusal) => {
      if (refusal.code !== "not_found") throw refusal;
    });
  }
}
