/**
 * `<who-waits>`: tells who waits, wherever the page says so; its own text is for screen readers.
 *
 * Event, bubbling: `open` (detail {conversation}, of a notice that was pressed).
 */
import { Alarm } from "./alarm.js";
import { Notices } from "./notices.js";
import { emit, hear, parse, zoneOf } from "./region.js";

export class WhoWaits extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {import("./banner.js").Status["kind"]} */
  #status = "fine";
  #announced = "";
  /** @type {any} the last of the messages that came together: they are one event */
  #news = null;

  connectedCallback() {
    const zone = zoneOf(this);
    if (!zone) return;
    this.zone = zone;
    this.notices = new Notices(zone, {
      open: (conversation) => emit(this, "open", { conversation }),
      isOnline: () => zone.status.kind === "fine" && this.#presence?.value === "online",
    });
    this.alarm = new Alarm(zone, this.notices);
    this.#hearing = hear(this, {
      listchange: () => this.#look(),
      news: (message) => this.#newsCame(message),
      "frame:fragment": ({ target, html }) => target === "toasts" && this.#pressed(parse(html)),
      "frame:welcome": ({ hides_text: hides }) => this.#hideText(hides),
      "frame:notices": ({ hides_text: hides }) => this.#hideText(hides),
      looked: () => this.#cameBack(),
      status: ({ kind }) => this.#statusChanged(kind),
    });
    addEventListener("pagehide", this.#left);
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    this.alarm?.stop();
    this.alarm?.badge(0);
    removeEventListener("pagehide", this.#left);
    this.notices?.end();
  }

  #left = () => this.notices?.clear();

  /** What was said while the tab slept may have been read since. */
  async #cameBack() {
    await this.notices?.adopt();
    this.#look();
  }

  /** What is shown already is taken back. @param {boolean} hides */
  #hideText(hides) {
    if (!this.zone) return;
    this.zone.dataset.hidesText = hides ? "yes" : "no";
    if (hides) this.notices?.clear();
  }

  get #presence() {
    return /** @type {import("./presence.js").PresenceSwitch | null | undefined} */ (this.zone?.querySelector("presence-switch"));
  }

  get #chats() {
    return /** @type {import("./room-list.js").ChatList | null | undefined} */ (this.zone?.querySelector("chat-list"));
  }

  get #list() {
    return /** @type {import("./visitor-list.js").VisitorList} */ (this.zone?.querySelector("visitor-list"));
  }

  /** @param {any} message */
  #newsCame(message) {
    if (!this.#news) {
      queueMicrotask(() => {
        this.alarm?.message(this.#news);
        this.#news = null;
      });
    }
    this.#news = message;
  }

  /** A line in the corner that is about a deadline is heard, too. @param {HTMLElement | null} line */
  #pressed(line) {
    if (line?.dataset.deadline) this.alarm?.deadline(line.dataset.deadline, line.textContent ?? "");
  }

  /** @param {import("./banner.js").Status["kind"]} kind */
  #statusChanged(kind) {
    const was = this.#status;
    this.#status = kind;
    if (kind === "lost" && (was === "fine" || was === "absent")) this.alarm?.lost();
    this.#look();
  }

  #look() {
    const { zone } = this;
    const presence = this.#presence;
    // Before the zone is up nobody can be called: they would count as called already.
    if (!zone?.status || !presence) return;
    const waiting = this.#list.rows("waiting").length;
    for (const count of zone.querySelectorAll("[data-waiting-count]")) count.textContent = waiting ? String(waiting) : "";
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (zone.querySelectorAll("[data-empty]"))) {
      part.hidden = (part.dataset.empty === "waiting") !== waiting > 0;
    }
    for (const figure of /** @type {NodeListOf<HTMLElement>} */ (zone.querySelectorAll("[data-figure]"))) {
      figure.textContent = String(this.#list.rows(figure.dataset.figure).length);
    }
    const isLinked = zone.status.kind === "fine";
    const ringing = this.#list.ringing.map((row) => callOf(row, zone.dataset));
    this.#announce(ringing.at(-1));
    this.alarm?.waiting(ringing.filter(({ sender }) => !sender), isLinked && presence.value === "online");
    this.alarm?.offered(ringing.filter(({ sender }) => sender), isLinked && presence.value !== "break");
    this.notices?.keep(() => new Set([...ringing.map(({ conversation }) => conversation), ...this.#list.unreadIn, ...(this.#chats?.unreadIn ?? [])]));
    this.alarm?.badge(waiting + this.#list.unread + (this.#chats?.unread ?? 0));
  }

  /** @param {ReturnType<typeof callOf> | undefined} last */
  #announce(last) {
    if (!last || last.conversation === this.#announced) return;
    this.#announced = last.conversation;
    this.textContent = `${last.sender ? last.news : this.zone?.dataset.newVisitor}: ${last.name}`;
  }
}

/** What a row calls with. @param {HTMLElement} row @param {DOMStringMap} words of the zone */
function callOf(row, words) {
  return {
    conversation: row.dataset.conversation ?? "",
    name: row.dataset.name ?? "",
    sender: row.dataset.senderName ?? "",
    news: row.dataset.news === "invitation" ? words.newInvitation : words.newTransfer,
    preview: row.querySelector("[data-preview]")?.textContent ?? "",
  };
}

customElements.define("who-waits", WhoWaits);
