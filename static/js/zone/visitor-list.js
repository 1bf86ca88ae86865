/**
 * `<visitor-list>`: the rows of all conversations, put into groups. A row comes from the server
 * alike for everyone; whose group it belongs to is said in access.js. Beside them stand those who
 * are merely on the site: their rows are site-list.js's, and are gone through with the arrows alike.
 *
 * Events, bubbling: `listchange` (the rows, their groups or their unread counts are different),
 * `news` (detail: a message that this operator has to hear of), `listshort` (there are more rows
 * than the list holds, and room for them again).
 *
 * @typedef {import("./access.js").Group} Group
 * @typedef {{conversation: string, seq: number, kind: string, author: {kind: string, name: string, id?: string | null}, text: string, created_at: string, isAsked?: boolean}} Message
 */
import { groupOf, rings, whoseIs } from "./access.js";
import { clock, secondsSince, secondsUntil, showUrgency } from "./clock.js";
import { showGuest } from "./invitation.js";
import { emit, hear, isSeen } from "./region.js";

const TICK_MS = 1000;
const MOST = 200; // rows of a group, as many as the server gives (chat/rows)
const TYPING_SHOWN_MS = 7000;
const DECISIONS = "[data-accept], [data-accept-transfer], [data-decline-transfer], [data-join], [data-decline-invitation]";
const WATCHED = ["waiting", "mine", "others"];
const CONVERSATION = ".visitor:not(.visitor--site)";

/**
 * First in, first out where people wait, each with the head start of their criticality in seconds
 * (chat/queue/order.py); the latest talk first where they talk.
 * @param {Group} group
 * @param {{since?: string, headStart?: string}} one
 * @param {{since?: string, headStart?: string}} other
 */
export function compare(group, one, other) {
  if (group !== "waiting") return Date.parse(other.since ?? "") - Date.parse(one.since ?? "");
  return placeOf(one) - placeOf(other);
}

/** @param {{since?: string, headStart?: string}} row */
function placeOf({ since = "", headStart = "0" }) {
  return Date.parse(since) - Number(headStart) * 1000;
}

export class VisitorList extends HTMLElement {
  /** @type {WeakMap<HTMLElement, ReturnType<typeof setTimeout>>} */
  #typing = new WeakMap();
  /** Groups of which there is more than they hold. @type {Set<string>} */
  #full = new Set();
  #isFrozen = false;
  #isRenewing = false;
  /** Ids of rows that are there because they were found. @type {Set<string>} */
  #lent = new Set();
  /** @type {((row: HTMLElement) => boolean) | null} which rows are looked for; null for all */
  #wanted = null;
  /** @type {HTMLDetailsElement[]} groups that are unfolded for as long as something is looked for */
  #unfoldedFor = [];
  selected = "";
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  connectedCallback() {
    this.#hearing = hear(this, {
      hello: ({ after }) => this.#goOn(after),
      status: ({ kind }) => this.freeze(kind !== "fine" && kind !== "absent"),
      opened: ({ conversation }) => this.#opened(conversation),
      seen: ({ conversation, unread }) => this.markRead(conversation, unread),
      "frame:message": (message) => this.#messageCame(message),
      "frame:amended": ({ conversation, seq }) => this.passed(conversation, seq),
      "frame:typing": ({ conversation, on }) => this.showTyping(conversation, on),
    });
    this.#ticker = setInterval(() => this.tick(), TICK_MS);
    this.addEventListener("keydown", this.#moved);
    this.addEventListener("focusin", this.#focused);
    this.addEventListener("peoplechange", this.#peopleChanged);
    for (const row of this.rows()) if (this.#own(row).dataset.guests) this.#place(row);
    this.#changed();
    this.tick();
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    clearInterval(this.#ticker);
    this.removeEventListener("keydown", this.#moved);
    this.removeEventListener("focusin", this.#focused);
    this.removeEventListener("peoplechange", this.#peopleChanged);
  }

  get account() {
    return whoseIs(this).account;
  }

  /** @param {string} [group] @returns {HTMLElement[]} in the order shown */
  rows(group) {
    const within = group ? `[data-group="${group}"] ` : "";
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(`${within}.visitor`))];
  }

  /** @param {string} conversation @returns {HTMLElement | null} */
  row(conversation) {
    return this.querySelector(`[id="visitor-${conversation}"]`);
  }

  get #conversationRows() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(CONVERSATION))];
  }

  /** Rows of conversations, in the order shown. */
  get conversations() {
    return WATCHED.flatMap((group) => this.rows(group)).filter((row) => !row.hidden);
  }

  get isNarrowed() {
    return this.#wanted !== null;
  }

  /** Rows that a group may have no room for stand in it while they are looked for. @param {HTMLElement[]} rows */
  lend(rows) {
    for (const { id } of rows) this.#lent.add(id);
    this.#isRenewing = true;
    for (const row of rows) if (!this.querySelector(`[id="${row.id}"]`)) this.put(row);
    this.#isRenewing = false;
    this.#changed();
  }

  /** Shows those rows alone, also of what comes, and unfolds their groups. @param {((row: HTMLElement) => boolean) | null} wanted null for all */
  narrow(wanted) {
    if (!wanted) this.#lent.clear();
    if (wanted && !this.#wanted) {
      this.#unfoldedFor = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (this.querySelectorAll("details:not([open])"))];
    }
    for (const group of this.#unfoldedFor) group.open = wanted !== null;
    if (!wanted) this.#unfoldedFor = [];
    this.#wanted = wanted;
    this.#changed();
  }

  /** The number of the last message that a row knows of. @param {HTMLElement} row */
  seqOf(row) {
    return Number(row.dataset.seq ?? 0);
  }

  /** Rows of those who wait and call this operator, in the order of the queue. */
  get ringing() {
    return this.rows("waiting").filter((row) => rings(row.dataset, whoseIs(this)));
  }

  /** In which conversations of mine something is unread. */
  get unreadIn() {
    return this.rows("mine").flatMap(({ dataset }) => (Number(dataset.unread) && dataset.conversation) || []);
  }

  get unread() {
    return this.rows("mine").reduce((sum, row) => sum + Number(row.dataset.unread), 0);
  }

  /**
   * Puts a row in, instead of the one with its id if there is one.
   * @param {HTMLElement} row
   */
  put(row) {
    const old = /** @type {HTMLElement | null} */ (this.querySelector(`[id="${row.id}"]`));
    const focused = old?.contains(document.activeElement) ? document.activeElement?.tagName : undefined;
    this.#keepTyping(old, row);
    old?.remove();
    if (!this.#place(this.#own(row))) return this.#changed();
    /** @type {any} */ (window).htmx?.process(row);
    this.#showTime(row);
    this.#changed();
    if (focused) /** @type {HTMLElement | null} */ (row.querySelector(focused) ?? row.querySelector("a"))?.focus();
  }

  /** @param {string} id of the row's element */
  drop(id) {
    const row = this.querySelector(`[id="${id}"]`);
    const hadFocus = row?.contains(document.activeElement);
    row?.remove();
    this.#changed();
    if (hadFocus) this.focusCurrent();
  }

  /**
   * Makes the list hold exactly the rows of a fresh one, except for those known to be newer here.
   * @param {ParentNode} fresh
   * @param {Set<string>} newer ids of rows that were put or dropped since the fresh ones were asked for
   * @param {Message[]} [said] since then: a fresh row may have been rendered before
   */
  renew(fresh, newer, said = []) {
    const rows = [.../** @type {NodeListOf<HTMLElement>} */ (fresh.querySelectorAll(CONVERSATION))];
    const ids = new Set(rows.map((row) => row.id));
    const before = new Map(this.rows("mine").map((row) => [row.id, { seq: this.seqOf(row), unread: Number(row.dataset.unread) }]));
    this.#isRenewing = true;
    for (const row of this.#conversationRows) if (!ids.has(row.id) && !newer.has(row.id)) this.drop(row.id);
    for (const row of rows) if (!newer.has(row.id)) this.put(row);
    for (const message of said) this.note(message);
    this.#isRenewing = false;
    this.#changed();
    for (const row of this.rows("mine")) this.#compare(row, before.get(row.id));
  }

  /** What was said while there was no link came by no frame: the row itself is the news. @param {HTMLElement} row @param {{seq: number, unread: number} | undefined} before */
  #compare(row, before) {
    const { conversation = "", name = "", unread } = row.dataset;
    const seq = this.seqOf(row);
    if (!before || seq <= before.seq || Number(unread) <= before.unread || isSeen(this, conversation)) return;
    const text = row.querySelector("[data-preview]")?.textContent ?? "";
    emit(this, "news", { id: `${conversation}-${seq}`, conversation, author: { name }, text });
  }

  /** @param {string} conversation empty for none */
  select(conversation) {
    this.selected = conversation;
    this.#changed();
  }

  /** From a visitor of mine, and not heard of before. @param {Message} message */
  isNews({ conversation, seq, author }) {
    const row = this.row(conversation);
    return author.kind === "visitor" && row?.closest('[data-group="mine"]') != null && seq > this.seqOf(row);
  }

  /** What was asked for is no news. @param {Message} message */
  #messageCame(message) {
    const isNews = !message.isAsked && this.isNews(message) && !isSeen(this, message.conversation);
    this.note(message);
    if (isNews) emit(this, "news", message);
  }

  /** @param {Record<string, number>} after */
  #goOn(after) {
    for (const row of this.rows("mine")) after[row.dataset.conversation ?? ""] ??= this.seqOf(row);
  }

  /** @param {string} conversation empty for none */
  #opened(conversation) {
    this.select(conversation);
    this.tick();
  }

  /** A message changes its row at once; the server's own row may follow. @param {Message} message */
  note({ conversation, seq, kind, author, text, created_at }) {
    const row = this.row(conversation);
    if (!row || seq <= this.seqOf(row)) return;
    row.dataset.seq = String(seq);
    if (["text", "file", "link"].includes(kind)) this.#preview(row, author, text);
    if (author.kind === "visitor") this.showTyping(conversation, false);
    if (row.dataset.state !== "waiting") {
      row.dataset.since = created_at;
      const time = /** @type {HTMLTimeElement | null} */ (row.querySelector(".side time"));
      if (time) time.dateTime = created_at;
      this.#showTime(row);
      if (author.kind === "visitor") this.#setUnread(row, Number(row.dataset.unread) + 1);
      this.#place(row);
    }
    this.#changed();
  }

  /** What one side wrote to the other; notes of staff and system lines are no part of that. @param {HTMLElement} row @param {Message["author"]} author @param {string} text */
  #preview(row, author, text) {
    const preview = row.querySelector("[data-preview]");
    if (preview) preview.textContent = text || (this.dataset.file ?? "");
    const said = /** @type {HTMLElement | null} */ (row.querySelector("[data-author]"));
    if (!said) return;
    said.hidden = author.kind !== "operator";
    said.dataset.author = author.id ?? "";
    said.textContent = `${author.name}:`;
    this.#sayYou(row);
  }

  /** The log went on without anybody having said anything. @param {string} conversation @param {number} seq */
  passed(conversation, seq) {
    const row = this.row(conversation);
    if (row && seq > this.seqOf(row)) row.dataset.seq = String(seq);
  }

  /** Of what this operator wrote themselves, «Вы» instead of the name. @param {HTMLElement} row */
  #sayYou(row) {
    const said = /** @type {HTMLElement | null} */ (row.querySelector("[data-author]"));
    if (said?.dataset.author && said.dataset.author === this.account) said.textContent = `${this.dataset.you}:`;
  }

  /** @param {string} conversation @param {number} left how many are still to be read */
  markRead(conversation, left) {
    const row = this.row(conversation);
    if (!row || Number(row.dataset.unread) <= left) return;
    this.#setUnread(row, left);
    this.#changed();
  }

  /** @param {string} conversation @param {boolean} on */
  showTyping(conversation, on) {
    const row = this.row(conversation);
    if (!row) return;
    clearTimeout(this.#typing.get(row));
    row.classList.toggle("is-typing", on);
    /** @type {HTMLElement | null} */ (row.querySelector(".line--typing"))?.toggleAttribute("hidden", !on);
    if (on) this.#typing.set(row, setTimeout(() => this.showTyping(conversation, false), TYPING_SHOWN_MS));
  }

  /** Without a link the rows are old: their clocks stop, and the head says since when. @param {boolean} isLost */
  freeze(isLost) {
    if (isLost === this.#isFrozen) return;
    this.#isFrozen = isLost;
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll(DECISIONS))) button.disabled = isLost;
    const stale = /** @type {HTMLElement} */ (this.querySelector("[data-stale]"));
    stale.hidden = !isLost;
    if (isLost) /** @type {HTMLElement} */ (this.querySelector("[data-longest]")).hidden = true;
    if (isLost) {
      const time = /** @type {HTMLTimeElement} */ (stale.querySelector("time"));
      time.dateTime = new Date().toISOString();
    }
    this.#changed();
    this.tick();
  }

  tick() {
    if (this.#isFrozen) return;
    for (const row of [...this.rows("waiting"), ...this.rows("site")]) this.#showTime(row);
    const waits = this.rows("waiting").map((row) => secondsSince(row.dataset.since ?? ""));
    const head = /** @type {HTMLElement} */ (this.querySelector("[data-longest]"));
    head.hidden = waits.length === 0;
    if (waits.length) {
      /** @type {HTMLElement} */ (head.querySelector("[data-longest-time]")).textContent = clock(Math.max(...waits));
    }
  }

  /** Opens the row before or after the selected one. @param {1 | -1} step */
  openNext(step) {
    const rows = this.conversations;
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.dataset.conversation === this.selected);
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : (at + step + rows.length) % rows.length;
    rows[next].querySelector("a")?.click();
  }

  focusCurrent() {
    /** @type {HTMLElement | null} */ (this.querySelector('.visitor__link[tabindex="0"]'))?.focus();
  }

  /** @param {HTMLElement} row */
  #own(row) {
    showGuest(row, whoseIs(this), (one, unread) => this.#setUnread(one, unread));
    this.#sayYou(row);
    return row;
  }

  /** @param {HTMLElement} row @returns {boolean} whether there is a place for it */
  #place(row) {
    const group = groupOf(row.dataset, whoseIs(this));
    if (!group) {
      row.remove();
      return false;
    }
    const list = /** @type {HTMLElement} */ (this.querySelector(`[data-group="${group}"] ul`));
    const after = this.rows(group).find(
      (other) => other !== row && compare(group, other.dataset, row.dataset) > 0,
    );
    // A row that is where it belongs is left alone: moving it would drop the focus within.
    if (row.parentElement === list && row.nextElementSibling === (after ?? null)) return true;
    list.insertBefore(row, after ?? null);
    return true;
  }

  /** @param {HTMLElement | null} old @param {HTMLElement} row */
  #keepTyping(old, row) {
    if (!old?.classList.contains("is-typing")) return;
    clearTimeout(this.#typing.get(old));
    row.classList.add("is-typing");
    row.querySelector(".line--typing")?.removeAttribute("hidden");
    const conversation = row.dataset.conversation ?? "";
    this.#typing.set(row, setTimeout(() => this.showTyping(conversation, false), TYPING_SHOWN_MS));
  }

  /** @param {HTMLElement} row @param {number} count */
  #setUnread(row, count) {
    row.dataset.unread = String(count);
    row.classList.toggle("is-unread", count > 0);
    row.querySelector(".unread")?.toggleAttribute("hidden", count === 0);
    const badge = row.querySelector(".unread .count");
    if (badge) badge.textContent = count ? String(count) : "";
  }

  /** @param {HTMLElement} row */
  #showTime(row) {
    const since = row.dataset.since ?? "";
    const seconds = secondsSince(since);
    const wait = row.querySelector("[data-wait]");
    const minutes = row.querySelector("[data-since-minutes]");
    if (wait) {
      wait.textContent = clock(seconds);
      showUrgency(row, seconds);
      this.#showOffer(row);
    } else if (minutes) {
      minutes.textContent = this.#minutes.format(Math.floor(seconds / 60));
    }
  }

  /** Who is asked sees for how long. @param {HTMLElement} row */
  #showOffer(row) {
    const { offeredTo, offeredUntil = "" } = row.dataset;
    const isAsked = offeredTo === this.account;
    row.classList.toggle("is-offered", isAsked);
    const left = row.querySelector("[data-seconds-left]");
    if (!left) return;
    left.toggleAttribute("hidden", !isAsked);
    left.textContent = String(secondsUntil(offeredUntil));
  }

  #minutes = new Intl.NumberFormat(document.documentElement.lang || "ru", { style: "unit", unit: "minute" });

  #changed() {
    if (this.#isRenewing) return;
    for (const group of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('[data-group]:not([data-group="site"])'))) {
      this.#bound(group.dataset.group ?? "");
      const rows = this.rows(group.dataset.group);
      for (const row of rows) row.hidden = this.#wanted?.(row) === false;
      const shown = rows.filter((row) => !row.hidden).length;
      group.hidden = this.isNarrowed && shown === 0;
      const count = group.querySelector("[data-count]");
      if (count) count.textContent = String(shown);
    }
    for (const row of this.#conversationRows) {
      const isSelected = Boolean(this.selected) && row.dataset.conversation === this.selected;
      row.classList.toggle("is-selected", isSelected);
      const link = row.querySelector("a");
      if (isSelected) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
      for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (row.querySelectorAll(DECISIONS))) button.disabled = this.#isFrozen;
    }
    this.#rove(this.querySelector('.visitor:not([hidden]) .visitor__link[tabindex="0"]')?.closest(".visitor") ?? null);
    emit(this, "listchange");
  }

  /** The head of the queue stays, and who spoke last; and what is asked of this account. @param {string} group */
  #bound(group) {
    const rows = this.rows(group);
    for (const row of rows.slice(MOST)) {
      const { conversation, state, offeredTo } = row.dataset;
      const isAsked = group === "waiting" && (state === "active" || offeredTo === this.account);
      if (!isAsked && conversation !== this.selected && !this.#lent.has(row.id)) row.remove();
    }
    if (rows.length >= MOST) this.#full.add(group);
    else if (rows.length < MOST / 2 && this.#full.delete(group)) emit(this, "listshort");
  }

  /** Rows that are looked for, of groups that are not folded. */
  get shown() {
    return this.rows().filter((row) => !row.hidden && row.closest("details:not([hidden])")?.hasAttribute("open"));
  }

  /** One stop of the Tab key for the whole list: the focused row, else the selected, else the first. @param {Element | null} wanted */
  #rove(wanted) {
    const rows = this.shown;
    const current = (wanted && rows.includes(/** @type {HTMLElement} */ (wanted)) ? wanted : null) ?? rows.find((row) => row.dataset.conversation === this.selected && this.selected) ?? rows[0];
    for (const row of rows) {
      for (const stop of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll(`.visitor__link, ${DECISIONS}`))) {
        stop.tabIndex = row === current ? 0 : -1;
      }
    }
  }

  /** @param {FocusEvent} event */
  #focused = (event) => {
    this.#rove(/** @type {Element} */ (event.target).closest(".visitor"));
  };

  /** @param {KeyboardEvent} event */
  #moved = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = this.shown;
    const at = rows.findIndex((row) => row.contains(/** @type {Node} */ (event.target)));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    /** @type {HTMLElement | null | undefined} */ (rows[next]?.querySelector(".visitor__link"))?.focus();
  };

  #peopleChanged = () => {
    this.#changed();
    this.tick();
  };
}

customElements.define("visitor-list", VisitorList);
