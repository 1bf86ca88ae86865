/**
 * `<chat-list>`: the groups under the list of operators, and what is unread of every chat among
 * staff. A chat of two has no row here: its count stands in the colleague's row, which comes from
 * the server alike for everyone.
 *
 * Events, bubbling: `listchange` (the unread counts are different), `news` (detail: a message that
 * this operator has to hear of).
 *
 * @typedef {{id: string, title: string, is_direct: boolean, members: {id: string | null, name: string}[], seq: number, unread: number}} Chat
 * @typedef {{conversation: string, seq: number, kind: string, author: {id?: string | null}, isAsked?: boolean}} Message
 */
import { emit, hear, isSeen } from "./region.js";

/**
 * Whose row tells of a chat of two.
 * @param {Chat} chat
 * @param {string} account whose zone this is
 * @returns {string | null} null for a group
 */
export function colleagueOf(chat, account) {
  if (!chat.is_direct) return null;
  return chat.members.find(({ id }) => id !== account)?.id ?? null;
}

export class ChatList extends HTMLElement {
  /** @type {Map<string, Chat>} */
  #chats = new Map();
  #selected = "";
  /** @type {AbortController | null} */
  #listening = null;

  connectedCallback() {
    this.#listening = hear(this, {
      hello: ({ after }) => this.#goOn(after),
      opened: ({ conversation }) => this.select(conversation),
      seen: ({ conversation, unread }) => this.markRead(conversation, unread),
      "frame:welcome": ({ chats = [] }) => this.welcome(chats),
      "frame:chat": (chat) => this.put(chat),
      "frame:message": (message) => this.#messageCame(message),
      "frame:amended": ({ conversation, seq }) => this.passed(conversation, seq),
      operatorlist: () => this.#paint(),
      "htmx:afterRequest": (_, event) => this.#created(event),
      "htmx:afterSettle": (_, event) => this.#filled(event),
    });
    const { signal } = this.#listening;
    this.#zone?.addEventListener("toggle", this.#toggled, { signal, capture: true });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {string} chat */
  has(chat) {
    return this.#chats.has(chat);
  }

  /** The last number of each, for the socket to go on from. @returns {Record<string, number>} */
  get positions() {
    return Object.fromEntries([...this.#chats.values()].map(({ id, seq }) => [id, seq]));
  }

  /** In which chats something is unread. */
  get unreadIn() {
    return [...this.#chats.values()].flatMap(({ id, unread }) => (unread ? id : []));
  }

  get unread() {
    return [...this.#chats.values()].reduce((sum, { unread }) => sum + unread, 0);
  }

  /** All there are, as the server knows them. @param {Chat[]} chats */
  welcome(chats) {
    const before = this.#chats;
    this.#chats = new Map(chats.map((chat) => [chat.id, chat]));
    this.#changed();
    for (const chat of chats) this.#compare(chat, before.get(chat.id));
  }

  /** What was said while there was no link came by no frame: the count itself is the news. @param {Chat} chat @param {Chat | undefined} before */
  #compare(chat, before) {
    if (!before || chat.seq <= before.seq || chat.unread <= before.unread || isSeen(this, chat.id)) return;
    const colleague = colleagueOf(chat, this.#account);
    const name = chat.members.find(({ id }) => id === colleague)?.name ?? chat.title;
    emit(this, "news", { id: `${chat.id}-${chat.seq}`, conversation: chat.id, author: { name }, text: "" });
  }

  /** @param {Chat} chat new, or with another title or other members */
  put(chat) {
    const before = this.#chats.get(chat.id);
    this.#chats.set(chat.id, chat);
    this.#changed();
    this.#compare(chat, before);
  }

  /** @param {HTMLElement} row instead of the one with its id, if there is one */
  putRow(row) {
    const old = this.querySelector(`[id="${row.id}"]`);
    const hadFocus = old?.contains(document.activeElement);
    old?.remove();
    const title = titleOf(row);
    const next = [...this.#rows].find((one) => titleOf(one).localeCompare(title) > 0);
    this.querySelector("ul")?.insertBefore(row, next ?? null);
    /** @type {any} */ (window).htmx?.process(row);
    if (hadFocus) row.querySelector("a")?.focus();
    this.#changed();
  }

  /** @param {string} chat which this operator is no member of any more */
  drop(chat) {
    this.#chats.delete(chat);
    this.querySelector(`[id="chat-${chat}"]`)?.remove();
    this.#changed();
  }

  /** Makes the list hold the rows of a fresh one. @param {Element | null} fresh */
  renew(fresh) {
    const list = this.querySelector("ul");
    if (!fresh || !list || list.contains(document.activeElement)) return;
    list.replaceChildren(...fresh.querySelectorAll(".chat-row"));
    /** @type {any} */ (window).htmx?.process(list);
    this.#paint();
  }

  /** From a colleague, and not heard of before. @param {Message} message */
  isNews({ conversation, seq, kind, author }) {
    const chat = this.#chats.get(conversation);
    return chat !== undefined && seq > chat.seq && kind !== "event" && author.id !== this.#account;
  }

  /** What was asked for is no news. @param {Message} message */
  #messageCame(message) {
    const isNews = !message.isAsked && this.isNews(message) && !isSeen(this, message.conversation);
    this.note(message);
    if (isNews) emit(this, "news", message);
  }

  /** @param {Record<string, number>} after */
  #goOn(after) {
    for (const [chat, seq] of Object.entries(this.positions)) after[chat] ??= seq;
  }

  /** @param {Message} message */
  note(message) {
    const chat = this.#chats.get(message.conversation);
    if (!chat || message.seq <= chat.seq) return;
    if (this.isNews(message)) chat.unread += 1;
    chat.seq = message.seq;
    this.#changed();
  }

  /** The log went on without anybody having said anything. @param {string} conversation @param {number} seq */
  passed(conversation, seq) {
    const chat = this.#chats.get(conversation);
    if (chat && seq > chat.seq) chat.seq = seq;
  }

  /** @param {string} conversation @param {number} left how many are still to be read */
  markRead(conversation, left) {
    const chat = this.#chats.get(conversation);
    if (!chat || chat.unread <= left) return;
    chat.unread = left;
    this.#changed();
  }

  /** @param {string} conversation empty for none */
  select(conversation) {
    this.#selected = conversation;
    this.#paint();
  }

  get #zone() {
    return /** @type {HTMLElement | null} */ (this.closest("operator-zone"));
  }

  get #account() {
    return this.#zone?.dataset.account ?? "";
  }

  get #rows() {
    return /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".chat-row"));
  }

  #changed() {
    this.#paint();
    emit(this, "listchange");
  }

  #paint() {
    /** @type {Map<string | null, Chat>} */
    const withWhom = new Map([...this.#chats.values()].map((chat) => [colleagueOf(chat, this.#account), chat]));
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (this.#zone?.querySelectorAll(".operator[data-account]") ?? [])) {
      const chat = withWhom.get(row.dataset.account ?? "");
      this.#dress(row, ".operator__open", chat);
    }
    for (const row of this.#rows) this.#dress(row, "a", this.#chats.get(row.dataset.chat ?? ""));
  }

  /** @param {HTMLElement} row @param {string} opener @param {Chat | undefined} chat */
  #dress(row, opener, chat) {
    const count = chat?.unread ?? 0;
    const badge = row.querySelector(".unread .count");
    row.querySelector(".unread")?.toggleAttribute("hidden", count === 0);
    if (badge) badge.textContent = count ? String(count) : "";
    const isSelected = chat !== undefined && chat.id === this.#selected;
    row.classList.toggle("is-unread", count > 0);
    row.classList.toggle("is-selected", isSelected);
    if (isSelected) row.querySelector(opener)?.setAttribute("aria-current", "true");
    else row.querySelector(opener)?.removeAttribute("aria-current");
  }

  // «Новая группа»

  get #panel() {
    return /** @type {HTMLElement | null} */ (document.getElementById("new-group"));
  }

  /** The form is asked for when the panel opens: the colleagues may be others by then. @param {Event} event */
  #toggled = (event) => {
    if (event.target !== this.#panel || /** @type {ToggleEvent} */ (event).newState !== "open") return;
    const form = this.#panel?.querySelector("form");
    // What was begun and left is still there.
    if (!form?.querySelector(":checked") && !form?.querySelector("input")?.value) {
      /** @type {any} */ (window).htmx.ajax("GET", this.#panel?.dataset.form, { source: this.#panel, target: "#new-group-form", swap: "outerHTML" });
    }
  };

  /** @param {Event} event */
  #created = (event) => {
    const { elt, xhr } = /** @type {CustomEvent} */ (event).detail;
    if (elt.id !== "new-group-form" || xhr.status !== 200) return;
    elt.reset();
    this.#panel?.hidePopover();
  };

  /** @param {Event} event */
  #filled = (event) => {
    const form = /** @type {Element} */ (event.target).closest("#new-group-form");
    if (form?.contains(document.activeElement)) return;
    /** @type {HTMLElement | null | undefined} */ (form?.querySelector("[data-first]"))?.focus();
  };
}

/** @param {HTMLElement} row */
function titleOf(row) {
  return row.querySelector(".clip")?.textContent ?? "";
}

customElements.define("chat-list", ChatList);
