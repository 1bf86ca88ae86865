/**
 * What calls an operator: tones, desktop notices and the number in the title. One notice for one
 * event; the alarm of those who wait ends with its cause.
 *
 * @typedef {import("./sound-panel.js").SoundPanel} SoundPanel
 * @typedef {import("./notices.js").Notices} Notices
 */
import { TitleBadge } from "../shared/title-badge.js";

const RING_EVERY_MS = 10_000;

/** Rings at once for whom it has not seen, and again and again until nobody is left. */
class Bell {
  /** @type {Set<string>} conversations that wait and have been announced */
  #known = new Set();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ringing;

  /** @param {() => void} ring */
  constructor(ring) {
    this.ring = ring;
  }

  /**
   * @template {{conversation: string}} T
   * @param {T[]} waiting
   * @param {boolean} mayRing
   * @returns {T[]} those to be announced
   */
  look(waiting, mayRing) {
    const fresh = waiting.filter(({ conversation }) => !this.#known.has(conversation));
    this.#known = new Set(waiting.map(({ conversation }) => conversation));
    if (!mayRing || waiting.length === 0) {
      this.stop();
      return [];
    }
    if (fresh.length === 0 && this.#ringing) return [];
    clearInterval(this.#ringing);
    if (fresh.length) this.ring();
    this.#ringing = setInterval(this.ring, RING_EVERY_MS);
    return fresh;
  }

  stop() {
    clearInterval(this.#ringing);
    this.#ringing = undefined;
  }
}

export class Alarm {
  #visitors = new Bell(() => this.#play(this.zone.dataset.soundVisitor));
  #transfers = new Bell(() => this.#play(this.zone.dataset.soundTransfer));
  #badge = new TitleBadge();

  /**
   * @param {HTMLElement} zone with the addresses of the tones
   * @param {Notices} notices
   */
  constructor(zone, notices) {
    this.zone = zone;
    this.notices = notices;
  }

  /**
   * Looks at who waits now.
   * @param {{conversation: string, name: string, preview: string}[]} waiting
   * @param {boolean} mayRing false for an operator who takes nobody now
   */
  waiting(waiting, mayRing) {
    for (const { conversation, name, preview } of this.#visitors.look(waiting, mayRing)) {
      const title = `${this.zone.dataset.newVisitor}: ${name}`;
      this.#notify({ conversation, id: "waiting", title, body: preview, brief: this.zone.dataset.newDialogue });
    }
  }

  /**
   * Looks at what is being handed over to this operator now, and where they are invited.
   * @param {{conversation: string, name: string, sender: string, news?: string}[]} offered
   * @param {boolean} mayRing
   */
  offered(offered, mayRing) {
    for (const { conversation, name, sender, news } of this.#transfers.look(offered, mayRing)) {
      const brief = news ?? this.zone.dataset.newTransfer;
      const id = news === this.zone.dataset.newInvitation ? "invitation" : "transfer";
      this.#notify({ conversation, id, title: `${brief}: ${name}`, body: sender, brief });
    }
  }

  /** @param {{conversation: string, seq?: number, author: {name: string}, text: string}} message */
  message({ conversation, seq, author, text }) {
    this.#play(this.zone.dataset.soundMessage);
    this.#notify({ conversation, id: String(seq ?? ""), title: author.name, body: text, brief: this.zone.dataset.newMessage });
  }

  /** A deadline presses: said once, whatever one does now. @param {string} ticket its number @param {string} words */
  deadline(ticket, words) {
    this.#play(this.zone.dataset.soundTransfer);
    const brief = this.zone.dataset.newDeadline ?? "";
    const tag = `deadline:${ticket}`;
    this.notices.show({ id: tag, tag, title: words, body: "", brief, conversation: "" });
  }

  /** Cut off from the visitors: that too must be heard. */
  lost() {
    this.stop();
    this.#play(this.zone.dataset.soundTransfer);
  }

  stop() {
    this.#visitors.stop();
    this.#transfers.stop();
  }

  /** @param {number} count */
  badge(count) {
    this.#badge.set(count);
  }

  get #panel() {
    return /** @type {SoundPanel | null} */ (this.zone.querySelector("sound-panel"));
  }

  /** @param {string | undefined} url */
  #play(url) {
    if (url) this.#panel?.sound.play(url);
  }

  /** @param {{conversation: string, id: string, title: string, body: string, brief?: string}} news `id` within the conversation */
  #notify({ conversation, id, title, body, brief = "" }) {
    const tag = `conversation:${conversation}`;
    this.notices.show({ id: `${conversation}-${id}`, tag, title, body, brief, conversation });
  }
}
