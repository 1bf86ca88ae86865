/**
 * `<sound-panel>`: whether sounds are heard, whether the browser lets them, and desktop notices.
 * Muting is kept for each operator in this browser.
 */
import "../shared/pop-over.js";
import "./push-switch.js";
import { keep } from "../shared/keep.js";
import { Sound } from "../shared/sound.js";

export class SoundPanel extends HTMLElement {
  sound = new Sound();

  connectedCallback() {
    this.sound.addEventListener("state", this.#show);
    this.#recall();
    keep.ready.then(() => this.#recall());
    this.querySelector("[data-test]")?.addEventListener("click", this.#test);
    this.querySelector("[data-mute]")?.addEventListener("click", this.#mute);
    this.querySelector("[data-notify]")?.addEventListener("click", this.#notify);
    this.hidden = false;
    this.#show();
    this.#probe();
  }

  disconnectedCallback() {
    this.sound.removeEventListener("state", this.#show);
  }

  #recall() {
    this.sound.isMuted = keep.get(`${this.#key}:muted`) === true;
  }

  get mayNotify() {
    return this.#notice === "granted";
  }

  /** The zone, or its like on another page: whose it is, and its tones. */
  get #place() {
    return /** @type {HTMLElement | null} */ (this.closest("[data-sound-visitor]"));
  }

  get #key() {
    return `zone:${this.#place?.dataset.account}`;
  }

  /** @returns {"default" | "granted" | "muted" | "denied" | "unsupported"} */
  get #notice() {
    if (!("Notification" in window) || !isSecureContext) return "unsupported";
    if (Notification.permission !== "granted") return Notification.permission;
    return keep.get(`${this.#key}:notices`) === false ? "muted" : "granted";
  }

  /** Before the first tone nobody would know that it can not be heard; a context says so. */
  async #probe() {
    let isBlocked = true;
    try {
      const context = new AudioContext();
      isBlocked = context.state === "suspended";
      await context.close();
    } catch {
      // Where there is none, nothing is heard before the first touch for certain.
    }
    if (!isBlocked || navigator.userActivation?.hasBeenActive) return;
    this.sound.isBlocked = true;
    this.#show();
    const touched = () => {
      this.sound.isBlocked = false;
      this.#show();
    };
    addEventListener("pointerdown", touched, { once: true });
    addEventListener("keydown", touched, { once: true });
  }

  #show = () => {
    const state = this.sound.isMuted ? "off" : this.sound.isBlocked ? "blocked" : "on";
    this.#pick("sound", state);
    this.#pick("notice", this.#notice);
    /** @type {HTMLElement} */ (this.querySelector("[data-notice-choice]")).hidden = ["denied", "unsupported"].includes(this.#notice);
    const button = /** @type {HTMLElement | null} */ (this.querySelector("[aria-expanded]"));
    if (!button) return;
    const label = { on: button.dataset.labelOn, off: button.dataset.labelOff, blocked: button.dataset.labelBlocked }[state];
    button.setAttribute("aria-label", label ?? "");
    button.title = label ?? "";
  };

  /** @param {string} name of the data attribute @param {string} value */
  #pick(name, value) {
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(`[data-${name}]`))) {
      part.hidden = part.dataset[name] !== value;
    }
  }

  #test = async () => {
    const { isMuted } = this.sound;
    this.sound.isMuted = false;
    await this.sound.play(this.#place?.dataset.soundVisitor ?? "");
    this.sound.isMuted = isMuted;
  };

  #mute = () => {
    keep.set(`${this.#key}:muted`, this.sound.isMuted ? null : true);
    this.sound.isMuted = !this.sound.isMuted;
  };

  #notify = async () => {
    // A browser that does not let us ask answers by the state that is shown next.
    if (this.#notice === "default") await Notification.requestPermission().catch(() => {});
    else keep.set(`${this.#key}:notices`, this.#notice === "granted" ? false : null);
    this.#show();
  };
}

customElements.define("sound-panel", SoundPanel);
