/**
 * What a tab that nobody sees says on the desktop of an operator who is «В сети»: one notice for
 * each conversation, gone when there is nothing new in it any more. Where the administrator says so,
 * only that there is something.
 *
 * @typedef {{tag: string, title: string, body: string, brief: string, conversation: string}} Notice
 * `brief` is said instead of title and body where these may not be
 */
const LONGEST = 200;

export class Notices {
  /** @type {Map<string, {conversation: string, notice: Notification}>} by tag */
  #shown = new Map();

  /**
   * @param {HTMLElement} zone
   * @param {{open: (conversation: string) => void, isOnline: () => boolean}} operator
   */
  constructor(zone, { open, isOnline }) {
    this.zone = zone;
    this.open = open;
    this.isOnline = isOnline;
  }

  get #areWanted() {
    const panel = /** @type {import("./sound-panel.js").SoundPanel | null} */ (this.zone.querySelector("sound-panel"));
    return document.hidden && panel?.mayNotify === true && this.isOnline();
  }

  /** @param {Notice} said */
  show({ tag, title, body, brief, conversation }) {
    if (!this.#areWanted) return;
    const isBrief = this.zone.dataset.hidesText === "yes";
    // Its tone is the zone's own. What replaces a notice is shown like a new one.
    const options = { tag, body: isBrief ? "" : body.slice(0, LONGEST), icon: this.zone.dataset.icon, silent: true, renotify: true };
    try {
      const notice = new Notification(isBrief ? brief : title, options);
      this.#shown.set(tag, { conversation, notice });
      notice.onclick = () => this.#clicked(tag, conversation);
      notice.onclose = () => this.#shown.get(tag)?.notice === notice && this.#shown.delete(tag);
    } catch {
      // Android lets only a service worker make one: the tone and the title have told it.
    }
  }

  /** @param {string} tag @param {string} conversation */
  #clicked(tag, conversation) {
    window.focus();
    this.#close(tag);
    if (conversation) this.open(conversation);
  }

  /** Closes those of conversations in which nothing is new. @param {() => Set<string>} news ids of those in which something is */
  keep(news) {
    if (!this.#shown.size) return;
    const kept = news();
    for (const [tag, { conversation }] of this.#shown) if (conversation && !kept.has(conversation)) this.#close(tag);
  }

  clear() {
    for (const tag of this.#shown.keys()) this.#close(tag);
  }

  /** @param {string} tag */
  #close(tag) {
    this.#shown.get(tag)?.notice.close();
    this.#shown.delete(tag);
  }
}
