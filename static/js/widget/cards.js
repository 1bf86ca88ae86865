/**
 * Cards in the visitor's log (templates/shared/_rating.html, _snapshot.html, _link.html): a rating or
 * facts of the system are given or declined, and that a link was followed is told. What the server has
 * not heard yet is kept until there is a link, also across a reload.
 *
 * Event, bubbling from the log: `rated` (detail {score, most}).
 *
 * @typedef {import("../shared/connection.js").Connection} Connection
 * @typedef {import("../shared/connection.js").Frame} Frame
 * @typedef {import("../shared/connection.js").Refusal} Refusal
 */
import { keep } from "../shared/keep.js";

/** The best of each scale. @type {Record<string, number>} */
const MOST = { stars: 5, thumbs: 1, ten: 10 };

export class Cards {
  /**
   * @param {HTMLElement} log
   * @param {Connection} connection
   * @param {string} scope whose they are
   * @param {Pick<import("./snapshots.js").Snapshots, "shownBy">} snapshots
   * @param {AbortSignal} signal
   */
  constructor(log, connection, scope, snapshots, signal) {
    this.log = log;
    this.connection = connection;
    this.snapshots = snapshots;
    this.prefix = `card:${scope}:`;
    log.addEventListener("click", (event) => this.#pressed(/** @type {Element} */ (event.target)), { signal });
    // A press of the middle button follows a link, too.
    log.addEventListener("auxclick", (event) => event.button === 1 && this.#followed(/** @type {Element} */ (event.target)), { signal });
    // What is written here is no message.
    log.addEventListener("input", (event) => event.stopPropagation(), { signal });
  }

  /** There is a link again. */
  resume() {
    for (const key of keep.keys(this.prefix)) this.#send(key);
  }

  /** @param {Element} target */
  #pressed(target) {
    this.#followed(target);
    const form = /** @type {HTMLElement | null} */ (target.closest("[data-card-form]"));
    if (!form || form.ariaBusy) return;
    if (target.closest("[data-decline]")) this.#decline(form);
    if (target.closest("[data-rate]")) this.#rate(form);
    if (target.closest("[data-agree]")) this.#agree(form);
  }

  /** @param {Element} target */
  #followed(target) {
    const place = target.closest("[data-link-card]") && placeOf(target);
    if (place) this.#owe(place, { type: "open_link", ...place });
  }

  /** @param {HTMLElement} form */
  #rate(form) {
    const chosen = /** @type {HTMLInputElement | null} */ (form.querySelector(":checked"));
    const comment = /** @type {HTMLTextAreaElement} */ (form.querySelector("[data-comment]")).value;
    if (chosen) this.#answer(form, { type: "rate", score: Number(chosen.value), comment });
    else tell(form, "unchosen");
  }

  /** @param {HTMLElement} form */
  #agree(form) {
    const facts = this.snapshots.shownBy(form);
    if (facts) this.#answer(form, { type: "tell_system", facts });
  }

  /** @param {HTMLElement} form */
  #decline(form) {
    this.#answer(form, form.matches("[data-snapshot]") ? { type: "tell_system", facts: null } : { type: "rate", score: null });
  }

  /** What it looks like then, the log brings. @param {HTMLElement} form @param {Frame} frame */
  #answer(form, frame) {
    const place = placeOf(form);
    if (place) this.#owe(place, { ...frame, request: place.seq, conversation: place.conversation });
  }

  /** @param {{seq: number, conversation: string}} place @param {Frame} frame */
  #owe({ seq, conversation }, frame) {
    const key = `${this.prefix}${conversation}:${seq}`;
    keep.set(key, frame);
    this.#send(key);
  }

  /** @param {string} key */
  async #send(key) {
    const frame = /** @type {Frame | null} */ (keep.get(key));
    if (!frame) return;
    if (frame.type === "open_link") {
      if (!this.connection.connected) return;
      this.connection.post(frame);
      keep.set(key, null);
      return;
    }
    const form = this.#formOf(frame);
    if (form) form.ariaBusy = "true";
    tell(form, this.connection.connected ? "" : "waiting");
    try {
      await this.connection.insist(frame);
      keep.set(key, null);
      this.#answered(form, frame);
    } catch (error) {
      this.#refused(key, form, /** @type {Refusal} */ (error));
    }
    if (form) form.ariaBusy = null;
  }

  /** @param {HTMLElement | null} form @param {Frame} frame */
  #answered(form, { type, score }) {
    tell(form, "");
    const detail = { score, most: MOST[form?.dataset.scale ?? ""] };
    if (form && type === "rate" && score !== null) this.log.dispatchEvent(new CustomEvent("rated", { detail, bubbles: true }));
  }

  /** A link that drops says nothing of the frame. @param {string} key @param {HTMLElement | null} form @param {Refusal} refusal */
  #refused(key, form, { code, detail }) {
    if (code === "disconnected") return tell(form, "waiting");
    keep.set(key, null);
    return tell(form, "failed", detail);
  }

  /** @param {Frame} frame @returns {HTMLElement | null} */
  #formOf({ request, conversation }) {
    return this.log.querySelector(`[data-thread="${conversation}"] .message[data-seq="${request}"] [data-card-form]`);
  }
}

/** Which message of which conversation. @param {Element} target */
function placeOf(target) {
  const message = /** @type {HTMLElement | null} */ (target.closest(".message"));
  const thread = /** @type {HTMLElement | null} */ (target.closest("[data-thread]"));
  return message && thread && { seq: Number(message.dataset.seq), conversation: thread.dataset.thread ?? "" };
}

/** @param {HTMLElement | null} form @param {string} name of the words; empty for none @param {string} [words] of the server's */
function tell(form, name, words) {
  const line = /** @type {HTMLElement | null | undefined} */ (form?.querySelector("[data-told]"));
  if (line) line.textContent = words || (line.dataset[name] ?? "");
}
