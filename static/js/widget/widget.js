/**
 * The page inside the frame: shakes hands with the host page's loader, gets an identity token from
 * it, fetches the window as HTML and brings it to life.
 *
 * @typedef {import("../shared/connection.js").Frame} Frame
 * @typedef {{url: string, title: string, referrer: string}} Page
 * @typedef {{text: string, url: string, version: number}} Notice
 * @typedef {{colour: string, corner: string, theme: string, sound: boolean, online: string, offline: string,
 *   greeting: string, avatar: string, away_title: string, away_text: string, thanks: string, asks_email: boolean,
 *   operators: boolean, attaches: boolean, file_size: number, file_kinds: string[], notice: Notice}} Look
 */
import { Connection, backoff, on } from "../shared/connection.js";

const LOST_AFTER_MS = 1500;
const TYPING_SHOWN_MS = 6000;
const TOKEN_ANSWER_MS = 10000;
const TOKEN_MARGIN_MS = 30000;
const RENEW_MARGIN_MS = 120000;
const RENEW_AGAIN_MS = 15000;
const REFUSED_AGAIN_MS = 10000;
// How long who was signed in a moment ago is believed to be so still when the page is looked at again.
const CHECK_AFTER_MS = 60000;
const SOUND_EVERY_MS = 2000;
// Within less every process knows of a site's new look (docs/architecture.md).
const AGREED_MS = 3000;
// A message comes to all tabs of a person within less.
const LOOKED_AT_FIRST_MS = 300;
const ROOM_PX = 24;
const FORBIDDEN = 4403;
// Most browsers remember for as long as the page lives that a module did not load.
const RELOAD_AFTER = 4;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ignore = () => {};

/** sessionStorage, which a third-party frame may be refused: what is kept then lasts as long as this page. */
const session = {
  /** @type {Map<string, string | null>} */
  memory: new Map(),
  /** @param {string} key */
  get(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return session.memory.get(key) ?? null;
    }
  },
  /** @param {string} key @param {string | null} value */
  set(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, value);
    } catch {
      session.memory.set(key, value);
    }
  },
};

/** The page around us. Each message becomes an event of its type. */
class Host extends EventTarget {
  /** @param {string[]} allowed origins; with a star, a domain and what is below it */
  constructor(allowed) {
    super();
    const origin = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
    const isAllowed = allowed.some((one) => one === origin || isBelow(origin, one));
    this.origin = window.parent !== window && isAllowed ? origin : null;
    addEventListener("message", (event) => {
      if (event.source !== window.parent || event.origin !== this.origin || event.data?.sphaera !== 1) return;
      this.dispatchEvent(new CustomEvent(event.data.type, { detail: event.data }));
    });
  }

  /** @param {string} type @param {object} [detail] */
  post(type, detail) {
    if (this.origin) window.parent.postMessage({ sphaera: 1, type, ...detail }, this.origin);
  }

  /** @param {string} type @returns {Promise<any>} */
  next(type) {
    return new Promise((resolve) => {
      this.addEventListener(type, (event) => resolve(/** @type {CustomEvent} */ (event).detail), { once: true });
    });
  }
}

/** As in departments/origins.py. @param {string} origin @param {string} allowed */
function isBelow(origin, allowed) {
  const [scheme, domain] = allowed.split("*.");
  return Boolean(domain) && (origin === scheme + domain || (origin.startsWith(scheme) && origin.endsWith(`.${domain}`)));
}

/** Nobody is signed in on the host page any more. */
class SignedOut extends Error {}

/** Somebody else is signed in than the window was made for. */
class AnotherPerson extends Error {}

/** Identity tokens live for minutes and exist only in memory. `another`: they are somebody else's now. */
class Tokens extends EventTarget {
  #token = "";
  #person = "";
  #askedAt = 0;
  #expires = 0;
  #margin = 0;
  /** @type {Promise<string> | null} */
  #asking = null;

  /** @param {Host} host */
  constructor(host) {
    super();
    this.host = host;
  }

  /** @returns {Promise<string>} rejects with SignedOut, or with another error when a later try may succeed */
  async valid() {
    return Date.now() < this.#expires - TOKEN_MARGIN_MS ? this.#token : this.fresh();
  }

  /** @param {boolean} [isCheck] a host that cannot give another is no reason to leave */
  fresh(isCheck) {
    this.#asking ??= this.#ask(isCheck).finally(() => (this.#asking = null));
    return this.#asking;
  }

  get isOld() {
    return Date.now() - this.#askedAt > CHECK_AFTER_MS;
  }

  /** Milliseconds until it is time to renew. */
  get renewIn() {
    return Math.max(1000, this.#expires - this.#margin - Date.now());
  }

  /** @param {boolean} [isCheck] */
  async #ask(isCheck = false) {
    const answer = this.host.next("token");
    this.#askedAt = Date.now();
    this.host.post("needToken", { isCheck });
    const { token, retry, age } = await Promise.race([answer, pause(TOKEN_ANSWER_MS).then(() => ({ retry: true }))]);
    if (retry) throw new Error("no answer");
    if (!token) throw new SignedOut();
    const { iat, exp, aud, sub } = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    const before = this.#person;
    this.#person = JSON.stringify([aud, sub]);
    this.#token = token;
    // A visitor's clock may be wrong by hours: only differences within one clock count.
    this.#expires = Date.now() + (exp - iat) * 1000 - (age ?? 0);
    this.#margin = Math.min(RENEW_MARGIN_MS, ((exp - iat) * 1000) / 2);
    if (!before || before === this.#person) return token;
    this.dispatchEvent(new Event("another"));
    throw new AnotherPerson();
  }
}

/** The tokens of design that a site's colour is; white is read on it. @param {string} colour */
function brand(colour) {
  const mixed = (/** @type {number} */ share, /** @type {string} */ other) => `color-mix(in oklab, ${colour} ${share}%, ${other})`;
  return {
    "--accent": colour,
    "--accent-strong": mixed(85, "black"),
    "--accent-ink": `light-dark(${mixed(85, "black")}, ${mixed(40, "white")})`,
    "--accent-soft": `light-dark(${mixed(10, "white")}, ${mixed(40, "#131a1e")})`,
    "--on-accent": "#fff",
    "--own": colour,
    "--on-own": "#fff",
  };
}

/**
 * How a window looks: what its site wants of it, and what is so just now. Of this window, and of the
 * sample that an administrator sees while they choose its look (pages/window-sample.js).
 */
export class Appearance {
  isOpen = false;
  isLost = false;
  hasNews = false;
  pending = 0;
  /** @type {Look | null} */
  look = null;

  /** @param {HTMLElement} root with its state in `data-status`, `-reason`, `-state`, `-opens`, `-consented` */
  constructor(root) {
    this.root = root;
  }

  /** How the site wants it. @param {Look} look */
  wear(look) {
    this.look = look;
    const { style, dataset } = document.documentElement;
    for (const [name, value] of Object.entries(brand(look.colour))) {
      if (look.colour) style.setProperty(name, value);
      else style.removeProperty(name);
    }
    dataset.corner = look.corner;
    dataset.theme = look.theme;
    style.setProperty("--from-corner", look.corner === "left" ? "20px auto" : "auto 20px");
    this.#say({ ...look, notice: look.notice.text });
    this.#limit(look);
    this.show();
  }

  /** @param {{name: string, photo: string | null} | null} operator */
  name(operator) {
    const name = operator?.name ?? "";
    this.write("[data-operator-name]", name);
    this.write("[data-operator-initials]", initials(name));
    this.picture("[data-operator-photo]", operator?.photo);
  }

  /** What the site says of an incident; nothing when it is over. @param {string} words */
  announce(words) {
    this.write("[data-banner]", words);
    this.show();
  }

  /** The version of the notice that stands beside what is being sent now; 0 for none. */
  get asked() {
    const version = this.look?.notice.version ?? 0;
    return version > Number(this.root.dataset.consented ?? 0) ? version : 0;
  }

  /** Shows each `[data-when]` whose words are all true now. */
  show() {
    const { status, opens = "" } = this.root.dataset;
    const facts = this.#facts();
    for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (this.root.querySelectorAll("[data-look=opens]"))) {
      if (time.dateTime !== opens) time.dateTime = opens;
    }
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-when]"))) {
      element.hidden = !element.dataset.when?.split(" ").every((fact) => facts.has(fact));
    }
    const word = /** @type {HTMLElement} */ (this.root.querySelector("[data-status-word]"));
    word.textContent = (status === "online" ? word.dataset.online : word.dataset.offline) ?? "";
  }

  /** @param {string} selector @param {string} text */
  write(selector, text) {
    const element = this.root.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }

  /** Over the initials, which stay where there is none. @param {string} selector @param {string | null | undefined} address */
  picture(selector, address) {
    const picture = /** @type {HTMLImageElement} */ (this.root.querySelector(selector));
    picture.hidden = !address;
    if (address && picture.getAttribute("src") !== address) picture.src = address;
  }

  #facts() {
    const { status, reason, state, opens, previews, consented = "0" } = this.root.dataset;
    const isDialogue = status === "online" && state === "active";
    const facts = new Set([status, reason, state, this.isOpen ? "open" : "folded", this.isLost ? "lost" : "linked"]);
    facts.add(isDialogue ? "dialogue" : "alone");
    if (status === "online" && !isDialogue) facts.add("desk");
    if (state === "active" && this.#isApproached) facts.add("approached");
    if (this.hasNews) facts.add("news");
    if (this.root.querySelector("[data-banner]")?.textContent) facts.add("troubled");
    if (this.pending) facts.add("pending");
    if (previews !== undefined) facts.add("previews");
    if (state === "waiting" || state === "active") facts.add("running");
    facts.add(this.root.querySelector(".message") ? "written" : "blank");
    facts.add(status === "offline" && opens ? "known" : "unknown");
    if (this.asked) facts.add("asked");
    if (consented !== "0") facts.add("again");
    for (const fact of this.#wanted()) facts.add(fact);
    return facts;
  }

  /** An operator has written first, and this person has not answered yet. */
  get #isApproached() {
    const thread = [...this.root.querySelectorAll("[data-thread]")].at(-1);
    return this.root.hasAttribute("data-approach") && !thread?.querySelector(".message--out");
  }

  #wanted() {
    const { greeting, avatar, asks_email, attaches, notice } = /** @type {Look} */ (this.look ?? { notice: {} });
    const facts = [avatar ? "pictured" : "plain", notice.text ? "site-notice" : "our-notice"];
    if (greeting) facts.push("greets");
    if (asks_email) facts.push("asks");
    if (attaches) facts.push("attaches");
    if (notice.url) facts.push("linked-notice");
    return facts;
  }

  /** @param {Record<string, any>} words what is empty is our own */
  #say(words) {
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-text]"))) {
      element.textContent = words[element.dataset.text ?? ""] || (element.dataset.own ?? "");
    }
    const { notice, avatar } = /** @type {Look} */ (this.look);
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.root.querySelectorAll("[data-notice-link]"))) {
      if (notice.url) link.href = notice.url;
      else link.removeAttribute("href");
    }
    const picture = /** @type {HTMLImageElement | null} */ (this.root.querySelector("[data-avatar]"));
    if (picture && avatar) picture.src = `${this.root.dataset.avatars}${avatar}/`;
  }

  /** Which files are taken, for the composer that asks before it sends. @param {Look} look */
  #limit({ attaches, file_size, file_kinds }) {
    const composer = this.root.querySelector("chat-composer");
    const words = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-attach]"));
    composer?.setAttribute("max-file-size", String(file_size));
    composer?.setAttribute("file-kinds", file_kinds.join(" "));
    composer?.setAttribute("refuses-files", attaches ? "" : (words?.dataset.none ?? ""));
  }
}

/** The window's frame: launcher, status, link; what needs the log is in WidgetConversation. */
class Widget {
  /** @type {import("./conversation.js").WidgetConversation | null} */
  #conversation = null;
  /** @type {Promise<import("./conversation.js").WidgetConversation> | null} */
  #loading = null;
  /** @type {import("../shared/sound.js").Sound | null} */
  #sound = null;
  /** How the site wanted it when the server rendered it. @type {Look | undefined} */
  #shown;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #outdatedTimer;
  /** The message beside the button. */
  #teased = "";
  #refusedAt = 0;
  #soundedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #lostTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #renewTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingTimer;
  #living = new AbortController();

  /**
   * @param {HTMLElement} root
   * @param {Host} host
   * @param {Tokens} tokens
   * @param {{page: Page, open?: boolean, ticket?: unknown}} greeting
   */
  constructor(root, host, tokens, { page, open, ticket }) {
    this.root = root;
    this.host = host;
    this.tokens = tokens;
    this.page = page;
    this.appearance = new Appearance(root);
    this.connection = new Connection({
      url: root.dataset.socket ?? "",
      hello: () => this.#hello(),
      isCalm: () => !this.appearance.isOpen && !this.#conversation,
    });
    this.#listen();
    this.#wear(JSON.parse(root.dataset.lookOfSite ?? "{}"));
    this.#measure();
    this.connection.start();
    if (open || session.get(this.#key("open"))) this.open(ticket);
  }

  /** @param {unknown} [ticket] the number of the one that is going to be written about */
  open(ticket) {
    if (ticket) this.#load().then(({ about }) => about.take(ticket), ignore);
    if (this.appearance.isOpen) return;
    this.appearance.isOpen = true;
    this.appearance.hasNews = false;
    session.set(this.#key("open"), "1");
    this.appearance.show();
    this.host.post("opened");
    this.#load().catch(ignore);
    // On a touch screen the keyboard would cover what the person wants to read first.
    const first = matchMedia("(pointer: coarse)").matches ? "[data-fold]" : "chat-composer textarea";
    /** @type {HTMLElement} */ (this.root.querySelector(first)).focus();
  }

  fold() {
    if (!this.appearance.isOpen) return;
    this.appearance.isOpen = false;
    this.#conversation?.viewer.close();
    session.set(this.#key("open"), null);
    this.appearance.show();
    this.host.post("folded");
    if (document.hasFocus()) this.#launcher.focus();
  }

  /** Leaves the page: signed out, blocked, or unknown to the server. */
  leave() {
    this.end();
    this.host.post("gone");
  }

  /** Takes all of this person off the page; what they wrote stays kept for them. */
  end() {
    this.stop();
    session.set(this.#key("visit"), null);
    session.set(this.#key("open"), null);
  }

  /** Makes room for the same person's window anew. */
  stop() {
    this.#living.abort();
    this.connection.stop();
    this.#conversation?.end();
    clearTimeout(this.#renewTimer);
    clearTimeout(this.#outdatedTimer);
    this.root.remove();
  }

  get #launcher() {
    return /** @type {HTMLElement} */ (this.root.querySelector("[data-launcher]"));
  }

  /** @param {string} name */
  #key(name) {
    return `${name}:${this.root.dataset.scope}`;
  }

  #listen() {
    const { root, connection } = this;
    const { signal } = this.#living;
    /** @param {string} type @param {(detail: any) => void} act */
    const onHost = (type, act) => this.host.addEventListener(type, (event) => act(/** @type {CustomEvent} */ (event).detail), { signal });
    root.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (target.closest("[data-open]")) this.open();
      if (target.closest("[data-fold]")) this.fold();
      if (target.closest("[data-hide-teaser]")) this.#tease(null);
      if (target.closest("[data-not-now]")) this.#decline();
    });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.fold();
    });
    on(root, "gap", ({ after }) => this.#sync(after));
    on(root, "unread", ({ count }) => this.#showUnread(count));
    on(root, "pending", ({ count }) => this.#showPending(count));
    on(root, "rated", (rated) => this.host.post("rated", rated));
    on(root, "viewing", ({ on }) => this.host.post("viewing", { on }));
    onHost("open", ({ ticket }) => this.open(ticket));
    onHost("fold", () => this.fold());
    onHost("signOut", () => this.leave());
    onHost("page", ({ page }) => this.#visit(page));
    onHost("renew", () => this.#renewNow(true));
    document.addEventListener("visibilitychange", () => !document.hidden && this.tokens.isOld && this.#renewNow(true), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#renewNow(true), { signal });
    on(connection, "frame", (frame) => this.#receive(frame));
    on(connection, "state", () => this.#linkChanged());
    on(connection, "wake", () => this.#sync());
    on(connection, "refused", ({ code }) => this.#refused(code));
  }

  /** @returns {Promise<Frame>} */
  async #hello() {
    let token;
    try {
      token = await this.tokens.valid();
    } catch (error) {
      if (error instanceof SignedOut) this.leave();
      throw error;
    }
    return {
      type: "hello",
      token,
      visit: session.get(this.#key("visit")),
      page: this.page,
      screen: `${screen.width}x${screen.height}`,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      language: navigator.language,
      conversation: (this.#conversation?.log.conversation ?? this.root.dataset.conversation) || null,
      after: this.#lastSeq,
    };
  }

  get #lastSeq() {
    const messages = /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll(".message[data-seq]"));
    return this.#conversation?.log.lastSeq ?? Number([...messages].at(-1)?.dataset.seq ?? 0);
  }

  /** @param {Frame} frame */
  #receive(frame) {
    if (frame.type === "welcome") return this.#welcomed(frame);
    if (frame.type === "status") return this.#statusChanged(frame);
    if (frame.type === "look") return this.#wear(frame.look, true);
    if (frame.type === "banner") return this.appearance.announce(frame.text);
    if (frame.type === "conversation") return this.#conversationChanged(frame);
    if (frame.type === "typing") return this.#typing(frame.name, frame.on);
    // The log may still be on its way; one promise keeps the order of frames.
    if (frame.type === "message" || frame.type === "amended") this.#load().then(() => this.#arrived(frame), ignore);
    if (frame.type === "read") this.#load().then(({ log }) => log.markRead(frame.seq), ignore);
  }

  /** @param {Frame} welcome */
  #welcomed(welcome) {
    const { visit, previews, look, banner, consented, conversation, messages } = welcome;
    this.root.toggleAttribute("data-previews", previews);
    this.root.dataset.consented = String(consented);
    session.set(this.#key("visit"), visit);
    if (look) this.#wear(look);
    this.appearance.announce(banner);
    this.#renewLater();
    this.#statusChanged(welcome);
    if (conversation) this.#conversationChanged(conversation);
    if (this.#loading || messages.length) this.#load().then((own) => this.#resume(own, messages), ignore);
    // Not before the first view is done: the host page has better things to load.
    else (/** @type {any} */ (window).requestIdleCallback ?? setTimeout)(() => this.#load().catch(ignore));
  }

  /** @param {import("./conversation.js").WidgetConversation} conversation @param {Frame[]} messages */
  #resume(conversation, messages) {
    for (const message of messages) this.#arrived(message);
    conversation.resume();
  }

  /** Fetches what an open window needs and the first view does without. */
  #load() {
    this.#loading ??= this.#assemble();
    return this.#loading;
  }

  async #assemble() {
    const { WidgetConversation } = await this.#fetchConversation();
    this.#conversation = new WidgetConversation(
      this.root,
      this.connection,
      () => this.tokens.valid(),
      this.appearance,
      () => this.page.url,
    );
    this.#showUnread(this.#conversation.log.unread);
    this.root.dispatchEvent(new Event("alive", { bubbles: true }));
    return this.#conversation;
  }

  /** Until it comes: without it the window can not do what it shows. */
  async #fetchConversation() {
    const line = this.root.querySelector("[data-not-loaded]");
    for (let attempt = 0; ; attempt += 1) {
      if (attempt === RELOAD_AFTER) location.reload();
      try {
        const module = await import("./conversation.js");
        line?.setAttribute("hidden", "");
        return module;
      } catch {
        line?.removeAttribute("hidden");
        await pause(backoff(attempt));
      }
    }
  }

  /** @param {Frame} frame */
  #arrived(frame) {
    if (frame.type === "amended") return this.#amended(frame);
    const isNews = this.#conversation?.take(frame);
    if (!isNews) return;
    this.#typing(frame.author.name, false);
    this.host.post("message", { author: frame.author });
    const isLooked = this.appearance.isOpen && document.hasFocus() && !document.hidden;
    if (!this.appearance.isOpen) this.#tease(frame);
    this.#announce(frame, isLooked);
  }

  /** @param {Frame} frame */
  #amended(frame) {
    this.#conversation?.log.amend(/** @type {any} */ (frame));
    if (this.appearance.hasNews && frame.message === this.#teased) this.appearance.write("[data-teaser-text]", frame.text);
  }

  /** Heard once, whatever tabs there are; not at all where one of them is looked at. @param {Frame} frame @param {boolean} isLooked */
  async #announce(frame, isLooked) {
    if (!isLooked) await pause(LOOKED_AT_FIRST_MS);
    const isFirst = await this.#conversation?.tabs.claim(String(frame.id));
    if (isFirst && !isLooked) this.#ring();
  }

  async #sync(after = this.#lastSeq) {
    try {
      for (let page = [{ seq: after }]; page.length; ) {
        const { seq } = page[page.length - 1];
        ({ messages: page } = await this.connection.insist({ type: "sync", after: seq }));
        await this.#load();
        for (const message of page) this.#arrived(/** @type {any} */ (message));
      }
    } catch {
      // The next welcome brings what is missing.
    }
  }

  /**
   * Who stands beside each message is said by the server: then the window is asked for anew.
   * @param {Look} look
   * @param {boolean} [isSettled] not merely what one process says that may not have heard yet
   */
  #wear(look, isSettled) {
    this.appearance.wear(look);
    this.host.post("look", { corner: look.corner, theme: look.theme });
    this.#shown ??= look;
    clearTimeout(this.#outdatedTimer);
    if (this.#shown.operators === look.operators) return;
    const outdate = () => this.root.dispatchEvent(new Event("outdated"));
    this.#outdatedTimer = setTimeout(outdate, isSettled ? 0 : AGREED_MS);
  }

  /** @param {Frame} told */
  #statusChanged({ status, reason, opens_at }) {
    Object.assign(this.root.dataset, { status, reason, opens: opens_at ?? "" });
    this.appearance.show();
    this.#conversation?.composer.fit();
  }

  /** Whoever wrote first is told, and nobody does so again in this visit; without a link it can be said later. */
  async #decline() {
    try {
      await this.connection.request({ type: "not_now" });
      this.#tease(null);
    } catch {
      this.appearance.show();
    }
  }

  /** @param {Frame | {id: string, state: string, position: number | null, operator: {name: string, photo: string | null} | null, approach: boolean}} conversation */
  #conversationChanged({ state, position, operator, approach }) {
    this.root.dataset.state = state;
    this.root.toggleAttribute("data-approach", approach);
    this.appearance.name(operator);
    this.appearance.write("[data-position]", position ? this.#pattern("[data-position]", "pattern", position) : "");
    if (state !== "active") this.#typing("", false);
    this.appearance.show();
  }

  /** @param {string} name @param {boolean} on */
  #typing(name, on) {
    clearTimeout(this.#typingTimer);
    const line = /** @type {HTMLElement} */ (this.root.querySelector("[data-typing]"));
    /** @type {HTMLElement} */ (line.firstElementChild).hidden = !on;
    if (!on) return;
    /** @type {HTMLElement} */ (line.querySelector("[data-name]")).textContent = name;
    this.#typingTimer = setTimeout(() => this.#typing(name, false), TYPING_SHOWN_MS);
  }

  /** A blip is not worth a word. */
  #linkChanged() {
    if (this.connection.connected) {
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
      return this.#setLost(false);
    }
    this.#typing("", false);
    this.#lostTimer ??= setTimeout(() => this.#setLost(true), LOST_AFTER_MS);
  }

  /** @param {boolean} isLost */
  #setLost(isLost) {
    this.appearance.isLost = isLost;
    this.root.dataset.link = isLost ? "lost" : "linked";
    this.appearance.show();
  }

  /** @param {number} code */
  async #refused(code) {
    if (code === FORBIDDEN || Date.now() - this.#refusedAt < REFUSED_AGAIN_MS) return this.leave();
    this.#refusedAt = Date.now();
    await this.#renew();
    if (this.root.isConnected) this.connection.start();
  }

  /** Asks until there is an answer: what is being written must not vanish with a lost link. */
  async #renew() {
    for (let attempt = 0; this.root.isConnected; attempt += 1) {
      try {
        return await this.tokens.fresh();
      } catch (error) {
        if (error instanceof SignedOut) return this.leave();
        await pause(backoff(attempt));
      }
    }
  }

  #renewLater(delay = this.tokens.renewIn) {
    clearTimeout(this.#renewTimer);
    this.#renewTimer = setTimeout(() => this.#renewNow(), delay);
  }

  /** @param {boolean} [isCheck] only to see who is there: another may have signed in, in another tab */
  async #renewNow(isCheck) {
    try {
      const token = await this.tokens.fresh(isCheck);
      await this.connection.request({ type: "token", token });
      this.#renewLater();
    } catch (error) {
      if (error instanceof SignedOut) return this.leave();
      if (this.root.isConnected) this.#renewLater(isCheck ? this.tokens.renewIn : RENEW_AGAIN_MS);
    }
  }

  /** @param {Page} page */
  #visit(page) {
    if (page.url === this.page.url && page.title === this.page.title) return;
    this.page = page;
    this.connection.post({ type: "page", url: page.url, title: page.title });
  }

  /** @param {number} count */
  #showUnread(count) {
    const label = count ? this.#pattern("[data-launcher]", "unreadLabel", count) : this.#launcher.dataset.label;
    this.#launcher.setAttribute("aria-label", label ?? "");
    this.appearance.write("[data-unread]", count ? String(count) : "");
    if (!count && this.appearance.hasNews) this.#tease(null);
    this.host.post("unread", { count });
  }

  /** @param {number} count */
  #showPending(count) {
    this.appearance.pending = count;
    const form = new Intl.PluralRules(document.documentElement.lang).select(count);
    this.appearance.write("[data-pending]", this.#pattern("[data-pending]", form in PLURALS ? form : "many", count));
    this.appearance.show();
  }

  /** @param {Frame | null} frame what to show beside the button; null hides it */
  #tease(frame) {
    this.appearance.hasNews = frame !== null;
    this.#teased = frame?.id ?? "";
    if (frame) {
      this.appearance.write("[data-teaser-name]", frame.author.name);
      this.appearance.write("[data-teaser-initials]", initials(frame.author.name));
      this.appearance.picture("[data-teaser-photo]", frame.author.photo);
      this.appearance.write("[data-teaser-text]", frame.text || this.#pattern("[data-teaser-text]", "nameless", 1));
    }
    this.appearance.show();
  }

  async #ring() {
    if (!this.appearance.look?.sound || this.#conversation?.menu.isMuted || Date.now() - this.#soundedAt < SOUND_EVERY_MS) return;
    this.#soundedAt = Date.now();
    try {
      this.#sound ??= new (await import("../shared/sound.js")).Sound();
      await this.#sound.play(this.root.dataset.sound ?? "");
    } catch {
      // The badge speaks for itself.
    }
  }

  /** @param {string} selector @param {string} name @param {number} n */
  #pattern(selector, name, n) {
    const element = /** @type {HTMLElement} */ (this.root.querySelector(selector));
    return (element.dataset[name] ?? "").replace("{n}", String(n));
  }

  /** The host page gives the folded window exactly the room it takes. */
  #measure() {
    const parts = /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-measured]"));
    const tell = () => {
      if (this.appearance.isOpen) return;
      const shown = [...parts].filter((part) => !part.hidden);
      const top = Math.max(...shown.map((part) => innerHeight - part.getBoundingClientRect().top));
      const isLeft = document.documentElement.dataset.corner === "left";
      const side = (/** @type {DOMRect} */ { left, right }) => (isLeft ? right : innerWidth - left);
      const left = Math.max(...shown.map((part) => side(part.getBoundingClientRect())));
      this.host.post("size", { width: Math.ceil(left) + ROOM_PX, height: Math.ceil(top) + ROOM_PX });
    };
    const resizing = new ResizeObserver(tell);
    for (const part of parts) resizing.observe(part);
  }
}

const PLURALS = { one: true, few: true, many: true };

/** @param {string} name */
function initials(name) {
  return name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
}

/**
 * The window as the server renders it; null when there is none for this person or site.
 * @param {Tokens} tokens
 * @param {string} url
 * @returns {Promise<HTMLElement | null>}
 */
async function fetchWindow(tokens, url) {
  let isRefused = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const token = await (isRefused ? tokens.fresh() : tokens.valid());
      const headers = { Authorization: `Bearer ${token}`, "X-Page-Origin": tokens.host.origin ?? "" };
      const answer = await fetch(url, { headers, cache: "no-store" });
      if (answer.ok) return parse(await answer.text());
      const isPassing = answer.status >= 500 || answer.status === 429;
      if (!isPassing && (answer.status !== 401 || isRefused)) return null;
      isRefused ||= answer.status === 401;
    } catch (error) {
      if (error instanceof SignedOut) return null;
    }
    await pause(backoff(attempt));
  }
}

/** @param {string} html */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
}

async function begin() {
  const { windowUrl, parentOrigins } = document.body.dataset;
  const host = new Host((parentOrigins ?? "").split(" "));
  if (!host.origin) return; // and nobody to be a window for: of a sample, or on a page that may not have one
  on(host, "layout", ({ full }) => (document.documentElement.dataset.layout = full ? "full" : "float"));
  const hello = host.next("hello");
  host.post("ready");
  const greeting = await hello;
  // Asked for while the window is being fetched.
  on(host, "open", ({ ticket }) => Object.assign(greeting, { open: true, ticket }));
  on(host, "fold", () => Object.assign(greeting, { open: false }));
  const tokens = new Tokens(host);
  show(windowUrl ?? "", host, tokens, greeting);
}

/**
 * The window of whoever is signed in; when another signs in, theirs.
 * @param {string} url
 * @param {Host} host
 * @param {Tokens} tokens
 * @param {{page: Page, open?: boolean, ticket?: unknown}} greeting
 */
async function show(url, host, tokens, greeting) {
  const root = await fetchWindow(tokens, url);
  if (!root) return host.post("gone");
  document.body.append(root);
  const widget = new Widget(root, host, tokens, greeting);
  root.addEventListener("outdated", () => {
    tokens.removeEventListener("another", replace);
    widget.stop();
    show(url, host, tokens, { page: widget.page, open: widget.appearance.isOpen });
  });
  const replace = () => {
    widget.end();
    host.post("unread", { count: 0 });
    host.post("folded");
    show(url, host, tokens, { page: widget.page });
  };
  tokens.addEventListener("another", replace, { once: true });
}

begin();
