/**
 * What a tab that nobody sees says on the desktop of an operator who is «В сети»: one notice for
 * each conversation, gone when there is nothing new in it any more. Where the administrator says so,
 * only that there is something. Where the browser is told through its maker's server too
 * (push-switch.js), its worker shows them all, so that one takes the place of the other.
 *
 * @typedef {{id: string, tag: string, title: string, body: string, brief: string, conversation: string}} Notice
 * `id` tells news of one tag apart; `brief` is said instead of title and body where these may not be
 */
const LONGEST = 200;

export class Notices {
  /** @type {Map<string, {conversation: string, close: () => void}>} by tag */
  #shown = new Map();
  /** @type {ServiceWorkerRegistration | null} */
  #registration = null;

  /**
   * @param {HTMLElement} zone
   * @param {{open: (conversation: string) => void, isOnline: () => boolean}} operator
   */
  constructor(zone, { open, isOnline }) {
    this.zone = zone;
    this.open = open;
    this.isOnline = isOnline;
    globalThis.navigator?.serviceWorker?.addEventListener("message", this.#told);
    this.adopt();
  }

  get #areWanted() {
    const panel = /** @type {import("./sound-panel.js").SoundPanel | null} */ (this.zone.querySelector("sound-panel"));
    return document.hidden && panel?.mayNotify === true && this.isOnline();
  }

  /** @param {Notice} said */
  show({ id, tag, title, body, brief, conversation }) {
    if (!this.#areWanted) return;
    const isBrief = this.zone.dataset.hidesText === "yes";
    const words = isBrief ? brief : title;
    // Its tone is the zone's own. What replaces a notice is shown like a new one.
    const look = { tag, body: isBrief ? "" : body.slice(0, LONGEST), icon: this.zone.dataset.icon, silent: true, renotify: true };
    const url = `${this.zone.dataset.home}${conversation}/`;
    if (this.#registration?.active) {
      this.#registration.showNotification(words, { ...look, data: { id, conversation, url } }).then(() => this.adopt(), () => {});
    } else this.#make(words, look, conversation);
  }

  /** @param {string} words @param {NotificationOptions & {tag: string}} look @param {string} conversation */
  #make(words, look, conversation) {
    const { tag } = look;
    try {
      const notice = new Notification(words, look);
      const shown = { conversation, close: () => notice.close() };
      this.#shown.set(tag, shown);
      notice.onclick = () => this.#clicked(tag, conversation);
      notice.onclose = () => this.#shown.get(tag) === shown && this.#shown.delete(tag);
    } catch {
      // Android lets only a service worker make one: the tone and the title have told it.
    }
  }

  /** Those that the worker has shown, also while this tab slept. */
  async adopt() {
    const { serviceWorker } = globalThis.navigator ?? {};
    this.#registration = (await serviceWorker?.getRegistration(this.zone.dataset.home).catch(() => null)) ?? null;
    for (const notice of (await this.#registration?.getNotifications()) ?? []) {
      this.#shown.set(notice.tag, { conversation: notice.data?.conversation ?? "", close: () => notice.close() });
    }
  }

  /** @param {string} tag @param {string} conversation */
  #clicked(tag, conversation) {
    window.focus();
    this.#close(tag);
    if (conversation) this.open(conversation);
  }

  /** By the worker: one of its notices was pressed. @param {MessageEvent} event */
  #told = ({ data }) => {
    if (data?.open) this.open(data.open);
  };

  /** Closes those of conversations in which nothing is new. @param {() => Set<string>} news ids of those in which something is */
  keep(news) {
    if (!this.#shown.size) return;
    const kept = news();
    for (const [tag, { conversation }] of this.#shown) if (conversation && !kept.has(conversation)) this.#close(tag);
  }

  clear() {
    for (const tag of [...this.#shown.keys()]) this.#close(tag);
  }

  /** The page goes: what it says goes with it. */
  end() {
    this.clear();
    globalThis.navigator?.serviceWorker?.removeEventListener("message", this.#told);
  }

  /** @param {string} tag */
  #close(tag) {
    this.#shown.get(tag)?.close();
    this.#shown.delete(tag);
  }
}
