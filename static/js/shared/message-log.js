/**
 * `<message-log>` around a scroller (`role="log"`), which holds one `[data-thread=<conversation>]`
 * per conversation with the messages in it; beside the scroller a `[data-pill]` button and the
 * include shared/_log_parts.html, optionally `template[data-thread-template]` to begin another
 * conversation under the first. `data-seen`: what was already seen in the last thread when the page
 * was made; where there is none, nobody keeps account of it. `data-named`: the first author of the
 * other side is named too.
 *
 * Above what came since a person looked stands a line, and there the log opens. It stays until they
 * write, or come back to the log with nothing new in it.
 *
 * A message that stands before the first one shown is not put in: `[data-earlier]` (its value: the
 * address of earlier pages) brings it, pressed or scrolled to. Set `headers` to a function returning
 * headers for that. Where numbers are missing between, `data-hole` of the log says so, and it asks
 * until they are there.
 *
 * Events, bubbling: `gap` (detail {conversation, after}: ask the server for what follows `after`),
 * `seen` (detail {conversation, seq, unread}: shown to a person who is looking, and how many beyond
 * are not), `unread` (detail {count}), `quote` (detail: a Quote that a person wants to answer to).
 * `edit` and `retract`: see message-changes.js.
 * `data-you`: what one's own messages are signed with in a quote, where it is not one's name.
 *
 * @typedef {{conversation?: string, seq: number, id: string, html: string}} Message
 * @typedef {import("./message-track.js").Track} Track
 * @typedef {import("./quotes.js").Quote} Quote
 */
import { LogPlace, endedBy } from "./log-place.js";
import "./times.js";
import { extend, follow, hasHole, isEarlier, trackOf } from "./message-track.js";
import { MessageChanges } from "./message-changes.js";
import { MessageTools } from "./message-tools.js";
import { fillQuote, quoteOf } from "./quotes.js";

const SEEN_SLACK_PX = 48;
const EARLIER_WITHIN_PX = 300;
const GAP_AGAIN_MS = 3000;
const GAP_AGAIN_LAST_MS = 60_000;
const MOST_PAGES = 50; // of earlier messages, fetched for one that is to be shown
const FOUND_MS = 2500;

export class MessageLog extends HTMLElement {
  /** @type {() => Record<string, string> | Promise<Record<string, string>>} */
  headers = () => ({});
  /** @type {Promise<boolean> | null} a page of earlier messages on its way */
  #earlier = null;
  /** @type {WeakMap<HTMLElement, Track>} */
  #tracks = new WeakMap();
  /** As the server rendered them. @type {WeakMap<HTMLElement, string>} */
  #rendered = new WeakMap();
  #seen = 0;
  #unread = -1;
  /** What stands beyond this number came since somebody looked; null where no line is drawn. @type {number | null} */
  #since = null;
  #isShown = false;
  /** @type {MessageChanges | undefined} */
  #changes;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #asking;
  /** @type {AbortController | null} */
  #listening = null;
  /** @type {ResizeObserver | null} */
  #resizing = null;

  connectedCallback() {
    this.scroller = /** @type {HTMLElement} */ (this.querySelector("[role=log]"));
    this.place = new LogPlace(this.scroller);
    this.pill = /** @type {HTMLElement | null} */ (this.querySelector("[data-pill]"));
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.scroller.addEventListener("scroll", this.#scrolled, { signal, passive: true });
    this.pill?.addEventListener("click", () => this.#goDown(), { signal });
    this.#earlierButton?.addEventListener("click", () => this.showEarlier(), { signal });
    this.scroller.addEventListener("click", this.#quotePressed, { signal });
    const tools = /** @type {HTMLElement | null} */ (this.querySelector("[data-tools]"));
    if (tools?.querySelector("[data-edit]")) this.#changes = new MessageChanges(this, tools, signal);
    if (tools) new MessageTools(this.scroller, tools, (message) => this.#emit("quote", quoteOf(message, this.dataset.you)), signal);
    addEventListener("focus", this.#returned, { signal });
    document.addEventListener("visibilitychange", this.#returned, { signal });
    this.#resizing = new ResizeObserver(this.#resized);
    this.#resizing.observe(this.scroller);
    for (const thread of this.#threads()) this.#resizing.observe(thread);
    for (const message of this.#messages()) dress(this.#noteRendering(message));
    this.#mark(Number(this.dataset.seen || 0));
    this.toBottom();
    this.#succeed();
    this.#resized();
  }

  disconnectedCallback() {
    clearTimeout(this.#asking);
    this.#asking = undefined;
    this.#listening?.abort();
    this.#resizing?.disconnect();
  }

  /** The conversation that is written to now; empty before the first one. */
  get conversation() {
    return this.#thread().dataset.thread ?? "";
  }

  /** Everything up to this number is here. */
  get lastSeq() {
    return this.#track(this.#thread()).last;
  }

  /** How far a person has looked in the present conversation. */
  get seen() {
    return this.#seen;
  }

  /** Messages of the other side that nobody has looked at. */
  get unread() {
    return this.#messages(".message--in:not([data-read])").length;
  }

  /** @param {Message} message */
  insert({ conversation, seq, id, html }) {
    const thread = this.#thread(conversation);
    if (isEarlier(this.#track(thread), seq)) return;
    const element = this.#noteRendering(parse(html));
    const old = this.#find(id);
    // What comes twice stays as it is: somebody may have selected in it, or be filling it in.
    if (old?.parentElement === thread && this.#rendered.get(old) === this.#rendered.get(element)) return;
    const isAllRead = !this.unread;
    if (!old) element.classList.add("is-new");
    if (seq <= this.#seen && thread === this.#thread() && element.matches(".message--in")) element.dataset.read = "";
    if (old?.parentElement === thread && Number(old.dataset.seq) === seq) old.replaceWith(element);
    else {
      old?.remove();
      this.#place(thread, element, seq);
    }
    this.#arranged(element);
    this.#noted(thread, seq);
    this.#followBottom(element);
    this.#look();
    if (isAllRead && this.#seen && isUnread(element)) this.#drawLine(this.#seen);
  }

  /**
   * An entry of the log says that an earlier one changed: it is shown as it is now, if it is here.
   * @param {{conversation?: string, seq: number, message: string, html: string}} amendment
   */
  amend({ conversation, seq, message, html }) {
    const old = this.#find(message);
    if (old) {
      const element = this.#noteRendering(parse(html));
      if (old.dataset.read !== undefined) element.dataset.read = "";
      old.replaceWith(element);
      this.#arranged(element);
      for (const quote of this.querySelectorAll(`[data-quoted="${message}"]`)) {
        fillQuote(quote, { ...quoteOf(element), author: quote.querySelector(".quote__author")?.textContent ?? "" });
      }
    }
    this.#noted(this.#thread(conversation), seq);
    this.#look();
  }

  /** @returns {boolean} whether one's own last message may still be changed; then `edit` is told */
  editLast() {
    return this.#changes?.editLast() ?? false;
  }

  /**
   * Fetches one page of what stands before the first message shown.
   * @returns {Promise<boolean>} whether there may be more
   */
  showEarlier() {
    this.#earlier ??= this.#fetchEarlier().finally(() => (this.#earlier = null));
    return this.#earlier;
  }

  get #earlierButton() {
    return /** @type {HTMLElement | null} */ (this.querySelector("[data-earlier]"));
  }

  async #fetchEarlier() {
    const button = this.#earlierButton;
    const [first] = this.#messages(".message[data-seq]");
    if (!button || !first) return false;
    button.ariaBusy = "true";
    const messages = await this.#pageBefore(`${button.dataset.earlier}?before=${first.dataset.seq}`);
    button.ariaBusy = null;
    button.toggleAttribute("data-failed", messages === null);
    if (!messages || !this.isConnected) return false;
    this.#putInFront(messages);
    const isMore = messages.length > 0 && messages[0].dataset.seq !== "1";
    if (!isMore && button === document.activeElement) this.scroller?.focus({ preventScroll: true });
    if (!isMore) button.remove();
    this.#drawLine(this.#since);
    return isMore;
  }

  /** @param {string} address @returns {Promise<HTMLElement[] | null>} */
  async #pageBefore(address) {
    try {
      const response = await fetch(address, { headers: await this.headers() });
      if (!response.ok || response.redirected) return null;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      return [.../** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll(".message"))];
    } catch {
      return null;
    }
  }

  /** @param {HTMLElement[]} messages read long ago */
  #putInFront(messages) {
    const [first] = this.#messages(".message[data-seq]");
    const thread = /** @type {HTMLElement} */ (first.closest("[data-thread]"));
    extend(this.#track(thread), messages.map((message) => Number(message.dataset.seq)));
    thread.prepend(...messages);
    for (const message of messages) {
      if (message.matches(".message--in")) message.dataset.read = "";
      dress(message);
    }
    dress(first);
  }

  /** Brings a message before the eyes, also one from long ago, and marks it for a moment. @param {string} selector */
  async reveal(selector) {
    const find = () => this.#messages(`.message${selector}`)[0];
    for (let page = 0; !find() && page < MOST_PAGES; page += 1) {
      if (!(await this.showEarlier())) break;
    }
    const message = find();
    if (!message) return;
    message.tabIndex = -1;
    this.place?.show(message);
    message.focus({ preventScroll: true });
    message.classList.add("is-found");
    setTimeout(() => message.classList.remove("is-found"), FOUND_MS);
  }

  /** @param {MouseEvent} event */
  #quotePressed = (event) => {
    const quote = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-quoted]"));
    if (quote) this.reveal(`[data-id="${quote.dataset.quoted}"]`);
  };

  /**
   * Shows a message that waits to be sent; again for the same id changes nothing.
   * @param {{id: string, at: number, text: string, files: {name: string}[], quote?: Quote}} entry
   */
  addPending({ id, at, text, files, quote }) {
    if (this.#find(id)) return;
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("#pending-message"));
    const clone = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const element = /** @type {HTMLElement} */ (clone.firstElementChild);
    element.id = `message-${id}`;
    element.dataset.id = id;
    /** @type {HTMLElement} */ (element.querySelector("[data-text]")).textContent =
      [text, ...files.map((file) => file.name)].filter(Boolean).join("\n");
    if (quote) fillQuote(/** @type {Element} */ (element.querySelector(".quote")), quote);
    const time = /** @type {HTMLTimeElement} */ (element.querySelector("time"));
    time.dateTime = new Date(at).toISOString();
    this.#thread().append(element);
    this.#arranged(element);
    this.#drawLine(null);
    this.toBottom();
  }

  /** @param {string} id */
  removePending(id) {
    const element = this.#find(id);
    if (element?.classList.contains("is-pending")) element.remove();
  }

  /**
   * The server has stored a pending message; its own rendering may still be on the way.
   * @param {string} id
   * @param {{seq: number, conversation?: string}} ack
   */
  confirm(id, { seq, conversation }) {
    const element = this.#find(id);
    if (!element?.classList.contains("is-pending")) return;
    element.classList.remove("is-pending");
    const thread = this.#thread(conversation);
    this.#place(thread, element, seq);
    this.#arranged(element);
    this.#noted(thread, seq);
  }

  /** The other side has read our messages up to this number. @param {number} seq */
  markRead(seq) {
    for (const message of this.#messages(".message--out[data-seq]:not([data-read])", this.#thread())) {
      if (Number(message.dataset.seq) <= seq) message.dataset.read = "";
    }
  }

  /** By the same person, in another tab. @param {{conversation: string, seq: number}} seen */
  seenElsewhere({ conversation, seq }) {
    if (conversation !== this.conversation || seq <= this.#seen) return;
    this.#mark(seq);
    this.#look();
  }

  toBottom() {
    if (!this.scroller) return;
    this.place?.toEnd();
    if (this.pill) this.pill.hidden = true;
  }

  /** To what is new, where that is further down; else to the end. */
  #goDown() {
    const line = this.#line;
    if (line && this.place?.isBelow(line)) this.place.begin(line);
    else this.toBottom();
  }

  #resized = () => {
    const isShown = Boolean(this.scroller?.clientHeight);
    this.place?.keep();
    if (isShown && !this.#isShown) this.#opened();
    this.#isShown = isShown;
    this.#look();
  };

  /** The log comes before the eyes: at what is new, for who has not been reading further up. */
  #opened() {
    this.#drawLine(this.unread && this.#seen ? (this.#since ?? this.#seen) : null);
    this.#showNews();
  }

  /** A person comes back to the page. */
  #returned = () => {
    if (this.#isLooked && this.unread) this.#showNews();
    this.#look();
  };

  #showNews() {
    const line = this.#line;
    if (!line || !this.place?.isAtEnd) return;
    this.place.begin(line);
    if (this.pill) this.pill.hidden = this.place.isAtEnd;
  }

  /** The same conversation rendered anew is read where the one before it was. */
  #succeed() {
    const [before] = [.../** @type {NodeListOf<MessageLog>} */ (document.querySelectorAll("message-log"))].filter(
      (one) => one !== this && one.place && one.conversation && one.conversation === this.conversation,
    );
    if (!before?.place) return;
    this.place?.takeOver(before.place);
    this.#drawLine(before.#since);
    this.#isShown = before.#since !== null;
  }

  get #line() {
    return /** @type {HTMLElement | null} */ (this.scroller?.querySelector(".news-line") ?? null);
  }

  /** Above the first of the others' messages beyond that number. @param {number | null} since null for no line */
  #drawLine(since) {
    this.#since = since;
    const old = this.#line;
    const first = since === null ? undefined : this.#messages(".message--in[data-seq]", this.#thread()).find((one) => Number(one.dataset.seq) > since);
    if (!first) old?.remove();
    else if (first.previousElementSibling !== old || !old) {
      const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template[data-news-line]"));
      first.before(old ?? template.content.cloneNode(true));
    }
    this.place?.keep();
  }

  /** @param {string} [conversation] @returns {HTMLElement} */
  #thread(conversation) {
    const threads = this.#threads();
    const last = /** @type {HTMLElement} */ (threads.at(-1) ?? this.scroller);
    if (!conversation || last.dataset.thread === conversation) return last;
    if (!last.dataset.thread) {
      last.dataset.thread = conversation;
      return last;
    }
    return threads.find((thread) => thread.dataset.thread === conversation) ?? this.#begin(conversation) ?? last;
  }

  /** @param {string} conversation */
  #begin(conversation) {
    const template = /** @type {HTMLTemplateElement | null} */ (this.querySelector("template[data-thread-template]"));
    const clone = /** @type {DocumentFragment | undefined} */ (template?.content.cloneNode(true));
    const thread = /** @type {HTMLElement | null | undefined} */ (clone?.querySelector("[data-thread]"));
    if (!clone || !thread) return null;
    thread.dataset.thread = conversation;
    const pending = this.#messages(".is-pending");
    this.scroller?.append(clone);
    thread.append(...pending);
    this.#resizing?.observe(thread);
    this.#seen = 0;
    this.#drawLine(null);
    return thread;
  }

  /** @param {HTMLElement} message to which nothing was done yet but that its times are in words */
  #noteRendering(message) {
    this.#rendered.set(message, message.outerHTML.replace(/<time (datetime="[^"]*")[^>]*>[^<]*/g, "<time $1>"));
    return message;
  }

  /** @returns {HTMLElement[]} */
  #threads() {
    return [...(this.scroller?.querySelectorAll("[data-thread]") ?? [])].map((one) => /** @type {HTMLElement} */ (one));
  }

  /** @param {string} [selector] @param {Element} [within] @returns {HTMLElement[]} */
  #messages(selector = ".message", within = this) {
    return [...within.querySelectorAll(selector)].map((one) => /** @type {HTMLElement} */ (one));
  }

  /** @param {string} id */
  #find(id) {
    return /** @type {HTMLElement | null} */ (this.querySelector(`[id="message-${id}"]`));
  }

  /** @param {HTMLElement} thread */
  #track(thread) {
    let track = this.#tracks.get(thread);
    if (!track) {
      track = trackOf(this.#messages(".message[data-seq]", thread).map((one) => Number(one.dataset.seq)));
      this.#tracks.set(thread, track);
    }
    return track;
  }

  /** By number; what waits to be sent stays below. @param {HTMLElement} thread @param {HTMLElement} element @param {number} seq */
  #place(thread, element, seq) {
    this.#track(thread);
    element.dataset.seq = String(seq);
    let after = /** @type {HTMLElement | undefined} */ (
      this.#messages(".message[data-seq]", thread).reverse().find((one) => one !== element && Number(one.dataset.seq) < seq)
    );
    if (after) return after.after(element);
    const first = thread.querySelector(".message");
    if (first && first !== element) first.before(element);
    else if (!first) thread.append(element);
  }

  /** @param {HTMLElement} element its day and its neighbour's depend on who stands before */
  #arranged(element) {
    dress(element);
    const next = element.nextElementSibling?.matches(".news-line") ? element.nextElementSibling.nextElementSibling : element.nextElementSibling;
    if (next?.classList.contains("message")) dress(/** @type {HTMLElement} */ (next));
  }

  /** @param {HTMLElement} thread @param {number} seq */
  #noted(thread, seq) {
    const track = this.#track(thread);
    follow(track, seq);
    if (hasHole(track)) this.#asking ??= setTimeout(() => this.#ask(thread));
    else this.#showHole(thread);
  }

  /** Not before all that came together is in; then until nothing is missing. @param {HTMLElement} thread */
  #ask(thread, again = GAP_AGAIN_MS) {
    this.#asking = undefined;
    const track = this.#track(thread);
    this.#showHole(thread);
    if (!hasHole(track)) return;
    this.#asking = setTimeout(() => this.#ask(thread, Math.min(2 * again, GAP_AGAIN_LAST_MS)), again);
    this.#emit("gap", { conversation: thread.dataset.thread ?? "", after: track.last });
  }

  /** Says above the first message beyond a hole that some are missing. @param {HTMLElement} thread */
  #showHole(thread) {
    const { beyond } = this.#track(thread);
    for (const message of this.#messages("[data-hole]", thread)) delete message.dataset.hole;
    if (!beyond.size) return;
    const [message] = this.#messages(`[data-seq="${Math.min(...beyond)}"]`, thread);
    if (message) message.dataset.hole = this.dataset.hole ?? "";
  }

  /** @param {HTMLElement} element */
  #followBottom(element) {
    this.place?.keep();
    if (!this.place?.isAtEnd && this.pill && !element.nextElementSibling && !element.matches(".message--out")) this.pill.hidden = false;
  }

  #scrolled = () => {
    const isWish = this.place?.scrolled();
    if (this.place?.isAtEnd && this.pill) this.pill.hidden = true;
    this.#look();
    const { scrollTop } = /** @type {HTMLElement} */ (this.scroller);
    const button = this.#earlierButton;
    // One that failed is asked for again by a press alone.
    if (isWish && scrollTop <= EARLIER_WITHIN_PX && button && !button.hasAttribute("data-failed")) this.showEarlier();
  };

  /** Read means shown, visible and focused; less than that is only delivered. */
  #look = () => {
    if (this.#isLooked && this.scroller?.clientHeight) this.#see(this.#lowestShown());
    const { unread } = this;
    if (unread !== this.#unread) this.#emit("unread", { count: unread });
    this.#unread = unread;
    if (this.pill) sayHowMany(this.pill, unread);
  };

  get #isLooked() {
    return !document.hidden && document.hasFocus();
  }

  #lowestShown() {
    const bottom = /** @type {HTMLElement} */ (this.scroller).getBoundingClientRect().bottom;
    const messages = this.#messages(".message[data-seq]:not([hidden])", this.#thread());
    return Number(messages[endedBy(messages, bottom + SEEN_SLACK_PX) - 1]?.dataset.seq ?? 0);
  }

  /** @param {number} seq */
  #see(seq) {
    if (seq <= this.#seen) return;
    this.#mark(seq);
    this.#emit("seen", { conversation: this.conversation, seq, unread: this.unread });
  }

  /** @param {number} seq */
  #mark(seq) {
    this.#seen = seq;
    for (const message of this.#messages(".message--in:not([data-read])")) {
      const isEarlier = message.parentElement !== this.#thread();
      if (isEarlier || Number(message.dataset.seq) <= seq) message.dataset.read = "";
    }
  }

  /** @param {string} name @param {object} detail */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** @param {string} html one root element, rendered and escaped by the server */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

/** Shows the day where it changes. @param {HTMLElement} message */
function dress(message) {
  const at = timeOf(message);
  if (!at) return;
  const language = document.documentElement.lang || "ru";
  const before = timeOf(shownBefore(message));
  const day = at.toDateString();
  const isNewDay = before ? before.toDateString() !== day : day !== new Date().toDateString();
  if (isNewDay) message.dataset.day = at.toLocaleDateString(language, { day: "numeric", month: "long" });
  else delete message.dataset.day;
  nameAuthor(message);
}

/** The author is shown where another of the same side wrote before; in `[data-named]` also before anybody. @param {HTMLElement} message */
function nameAuthor(message) {
  const name = authorOf(message);
  const side = [...message.classList].find((one) => one === "message--in" || one === "message--out");
  let before = message.previousElementSibling;
  while (before && !(side && before.classList.contains(side) && authorOf(before))) before = before.previousElementSibling;
  const isAnother = before ? authorOf(before) !== name : side === "message--in" && message.closest("[data-named]") !== null;
  message.classList.toggle("is-named", Boolean(side && name) && isAnother);
}

/** @param {HTMLElement} message */
function isUnread(message) {
  return message.matches(".message--in:not([data-read])");
}

/** «3 новых», or «новые» where none of them is unread. @param {HTMLElement} pill @param {number} count */
function sayHowMany(pill, count) {
  const words = /** @type {HTMLElement | null} */ (pill.querySelector("[data-words]"));
  if (!words) return;
  const form = new Intl.PluralRules(document.documentElement.lang || "ru").select(count);
  const pattern = !count ? words.dataset.words : form === "one" ? words.dataset.one : words.dataset.many;
  words.textContent = (pattern ?? "").replace("{n}", String(count));
}

/** Past the places of amendments, which show nothing, and the line above what is new. @param {Element} message */
function shownBefore(message) {
  let before = message.previousElementSibling;
  while (before?.matches(".message--amended, .news-line")) before = before.previousElementSibling;
  return before;
}

/** @param {Element} message */
function authorOf(message) {
  return message.querySelector(".message__author")?.textContent ?? "";
}

/** When it was said, whatever times are named in it. @param {Element | null} message */
function timeOf(message) {
  const time = /** @type {HTMLTimeElement | null | undefined} */ (message?.querySelector("time:not([data-look])"));
  return time?.dateTime ? new Date(time.dateTime) : null;
}

customElements.define("message-log", MessageLog);
