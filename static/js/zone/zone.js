/**
 * `<operator-zone>`: one connection, one outbox and the regions around them. Frames go from here
 * to the regions; what the regions want comes here as bubbling events.
 *
 * @typedef {import("../shared/connection.js").Frame} Frame
 * @typedef {import("../shared/connection.js").Refusal} Refusal
 * @typedef {import("../shared/message-log.js").MessageLog} MessageLog
 * @typedef {import("../shared/outbox.js").Entry} Entry
 * @typedef {import("./banner.js").Status} Status
 * @typedef {import("./banner.js").ZoneBanner} ZoneBanner
 * @typedef {import("./room-list.js").ChatList} ChatList
 * @typedef {import("./composer.js").ZoneComposer} ZoneComposer
 * @typedef {import("./rooms.js").InternalComposer} InternalComposer
 * @typedef {import("./operator-list.js").OperatorList} OperatorList
 * @typedef {import("./panes.js").PaneSwitch} PaneSwitch
 * @typedef {import("../shared/pop-over.js").PopOver} PopOver
 * @typedef {import("./presence.js").PresenceSwitch} PresenceSwitch
 * @typedef {import("./toasts.js").ZoneToasts} ZoneToasts
 * @typedef {import("./visitor-list.js").VisitorList} VisitorList
 */
import { Connection } from "../shared/connection.js";
import "./addressee-list.js";
import "../shared/message-log.js";
import { Outbox } from "../shared/outbox.js";
import { pageHeaders } from "../shared/page-headers.js";
import { Alarm } from "./alarm.js";
import "./banner.js";
import "./room-list.js";
import { setClock, showTimers, stopWaiting } from "./clock.js";
import "./composer.js";
import "./departure.js";
import "./invitation.js";
import "./rooms.js";
import { pressKey } from "./keys.js";
import "./operator-list.js";
import { toggleInformation } from "./panes.js";
import "./presence.js";
import "./press.js";
import "./sound-panel.js";
import "./toasts.js";
import "./transfer.js";
import "./visitor-list.js";

const TICK_MS = 1000;
const TYPING_SHOWN_MS = 7000;
// Shorter breaks heal unseen; a longer one must be seen and heard.
const BLIP_MS = 1000;
// A change of state and the answer to one's own click often tell the same thing.
const SETTLE_MS = 200;
const LINK_WAIT_MS = 5000;
// The row of what is open already: nothing new comes, but it may stand behind the list.
const OPEN_ROW = ".operator__open[aria-current], .chat-row__link[aria-current]";
const SIGNED_OUT = 4401;
const TAKEN = 4409;
const ANOTHER = 4410;

export class OperatorZone extends HTMLElement {
  /** @type {Status} */
  status = { kind: "fine", attempt: 0, retryAt: null };
  /** @type {{attempt: number, retryAt: number | null}} */
  #link = { attempt: 0, retryAt: null };
  /** @type {Set<string>} what frames have told of since the lists were last asked for */
  #told = new Set();
  #isAbsent = false;
  #isAccepted = false;
  /** The page was rendered with other rights than the operator has now. */
  #isOutdated = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #blip;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;
  /** @type {AbortController | null} */
  #listening = null;

  connectedCallback() {
    this.outbox = new Outbox(`zone:${this.dataset.account}`);
    this.connection = new Connection({ url: this.dataset.socket ?? "", hello: () => this.#hello() });
    this.alarm = new Alarm(this, (conversation) => this.open(conversation));
    setClock(this.#region("#visitors")?.dataset.now ?? "");
    this.#listen();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#opened();
    this.connection.start();
    this.dispatchEvent(new Event("alive", { bubbles: true }));
  }

  disconnectedCallback() {
    this.#listening?.abort();
    clearInterval(this.#ticker);
    this.alarm?.stop();
    this.connection?.stop();
  }

  get list() {
    return /** @type {VisitorList} */ (this.querySelector("visitor-list"));
  }

  /** Chats among staff. */
  get chats() {
    return /** @type {ChatList} */ (this.querySelector("chat-list"));
  }

  get log() {
    return /** @type {MessageLog | null} */ (this.querySelector("message-log"));
  }

  get composer() {
    return /** @type {ZoneComposer | InternalComposer | null} */ (this.querySelector("zone-composer, internal-composer"));
  }

  get toasts() {
    return /** @type {ZoneToasts} */ (this.querySelector("zone-toasts"));
  }

  /** The conversation that is open; empty for none. */
  get conversation() {
    return this.#workspace?.dataset.conversation ?? "";
  }

  /** @param {string} conversation */
  open(conversation) {
    const link = this.list.row(conversation)?.querySelector("a");
    if (link) return link.click();
    this.#load(conversation);
  }

  acceptLongest() {
    const longest = this.list.rows("waiting")[0];
    const decision = longest?.classList.contains("is-invited") ? "[data-join]" : "[data-accept-transfer]";
    const offered = /** @type {HTMLElement | null | undefined} */ (longest?.querySelector(decision));
    if (offered) return offered.click();
    if (longest) this.#accept(longest.dataset.conversation ?? "");
  }

  // Listening

  #listen() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    /** @param {EventTarget | undefined} target @param {string} name @param {(detail: any, event: Event) => void} act */
    const on = (target, name, act) =>
      target?.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail, event), { signal });
    on(this.connection, "frame", (frame) => this.#received(frame));
    on(this.connection, "state", (state) => this.#linkChanged(state));
    on(this.connection, "wake", () => this.#renewLists());
    on(this.connection, "changed", () => (this.#isOutdated = true));
    on(this.connection, "refused", ({ code }) => this.#refused(code));
    on(this.outbox, "change", () => this.#showOutbox());
    on(this.outbox, "settled", ({ entry, ack }) => this.#settled(entry, ack));
    on(this.outbox, "refused", ({ entry, detail }) => this.#giveBack(entry, detail));
    on(this, "reconnect", () => this.#reconnect());
    on(this, "comeback", () => this.#comeBack());
    on(this, "presence", ({ value, comment }) => this.#choosePresence(value, comment));
    on(this, "listchange", () => this.#listChanged());
    on(this, "participation", (told) => this.#participationTold(told));
    on(this, "post", (message) => this.#post(message));
    on(this, "typing", ({ on: isTyping }) => this.#tellTyping(isTyping));
    on(this, "seen", (detail) => this.#tellSeen(detail));
    on(this, "gap", ({ conversation, after }) => this.#sync(conversation, after));
    on(this, "click", (_, event) => this.#clicked(event));
    on(this, "htmx:afterSettle", () => this.#opened());
    on(this, "htmx:beforeSwap", (detail) => this.#guardSwap(detail));
    on(this, "htmx:responseError", ({ xhr }) => this.#failed(xhr));
    on(this, "htmx:sendError", () => this.toasts.say("offline"));
    on(this, "anotheraccount", () => this.#giveWay());
    on(document.body, "htmx:historyCacheMiss", ({ xhr }) => xhr.setRequestHeader("X-Page-Of", this.dataset.account));
    on(document.body, "htmx:historyCacheMissLoadError", ({ xhr }) => xhr.getResponseHeader("HX-Trigger") && this.#giveWay());
    on(document.body, "htmx:historyRestore", () => this.#opened());
    on(document, "keydown", (_, event) => pressKey(this, /** @type {KeyboardEvent} */ (event)));
    on(document, "visibilitychange", () => this.#looked());
    on(window, "focus", () => this.#looked());
    on(this, "pointerdown", () => this.#looked());
  }

  /** @param {Event} event */
  #clicked(event) {
    const target = /** @type {Element} */ (event.target);
    const accept = /** @type {HTMLElement | null} */ (target.closest("[data-accept]"));
    const pane = /** @type {HTMLElement | null} */ (target.closest("[data-pane-to]"));
    if (accept) this.#accept(accept.dataset.accept ?? "");
    if (pane) this.#showPane(pane.dataset.paneTo ?? "");
    if (target.closest(OPEN_ROW)) this.#showPane("conversation");
    if (target.closest("[data-toggle-information]")) toggleInformation(this);
  }

  // Frames

  /** @returns {Frame} */
  #hello() {
    /** @type {Record<string, number>} */
    const after = {};
    // First what is before the eyes: the server heeds so many names.
    if (this.log && this.conversation) after[this.conversation] = this.log.lastSeq;
    for (const row of this.list.rows("mine")) after[row.dataset.conversation ?? ""] ??= this.list.seqOf(row);
    for (const [chat, seq] of Object.entries(this.chats.positions)) after[chat] ??= seq;
    this.#isAbsent &&= document.hidden || !document.hasFocus();
    return { type: "hello", page_of: this.dataset.account, after, away: this.#isAbsent };
  }

  /** @param {Frame} frame */
  #received(frame) {
    switch (frame.type) {
      case "welcome":
        return this.#welcomed(frame);
      case "message":
        return this.#messageCame(frame);
      case "amended":
        return this.#amended(frame);
      case "conversation":
        return this.#conversationChanged(frame);
      case "typing":
        return this.#showTyping(frame);
      case "read":
        if (frame.conversation === this.conversation) this.log?.markRead(frame.seq);
        return undefined;
      case "fragment":
        return this.#fragmentCame(frame);
      case "chat":
        return this.#chatChanged(/** @type {any} */ (frame));
      case "presence":
        return this.#presenceCame(frame);
      default:
        return undefined;
    }
  }

  /** @param {Frame} frame */
  #welcomed(frame) {
    this.#presence.show(frame.presence);
    const missed = /** @type {Frame[]} */ (frame.messages ?? []);
    const news = missed.filter((message) => this.#isNews(message));
    for (const message of missed) this.#show(message);
    if (news.length) this.alarm?.message(/** @type {any} */ (news.at(-1)));
    this.#conversationsCame(frame.conversations ?? []);
    this.#chatsCame(frame.chats ?? []);
    this.#renewLists();
    if (this.#isOutdated && this.conversation) this.#renewWorkspace();
    this.#isOutdated = false;
    this.#resendSeen();
    if (this.connection) this.outbox?.flush(this.connection);
  }

  /** @param {Frame} frame */
  #messageCame(frame) {
    const isNews = this.#isNews(frame);
    this.#show(frame);
    if (isNews) this.alarm?.message(/** @type {any} */ (frame));
  }

  /** An earlier message reads differently now; rows with a new preview come by themselves. @param {Frame} frame */
  #amended(frame) {
    this.list.passed(frame.conversation, frame.seq);
    this.chats.passed(frame.conversation, frame.seq);
    if (frame.conversation === this.conversation) this.log?.amend(/** @type {any} */ (frame));
  }

  /** @param {Frame} message */
  #show(message) {
    if (message.type === "amended") return this.#amended(message);
    if (this.list.row(message.conversation)) this.#told.add(`visitor-${message.conversation}`);
    this.list.note(/** @type {any} */ (message));
    this.chats.note(/** @type {any} */ (message));
    if (message.conversation !== this.conversation) return;
    this.log?.insert(/** @type {any} */ (message));
    if (message.author.kind === "visitor" || this.chats.has(message.conversation)) this.#hideTyping();
    if (message.author.kind === "operator" && message.kind !== "note" && this.#workspace) {
      stopWaiting(this.#workspace, message.created_at);
      showTimers(this.#workspace);
    }
  }

  /** @param {import("./room-list.js").Chat[]} chats all that this operator is in */
  #chatsCame(chats) {
    this.chats.welcome(chats);
    // A welcome holds so many chats: of another one the page itself says whether it may still be seen.
    if (this.#isInternal && !this.chats.has(this.conversation)) this.#load(this.conversation);
    else this.#readIfSeen();
  }

  /** @param {import("./room-list.js").Chat} chat */
  #chatChanged(chat) {
    this.chats.put(chat);
    if (chat.id === this.conversation && this.#workspace) showChat(this.#workspace, chat);
  }

  /** @param {Frame[]} conversations */
  #conversationsCame(conversations) {
    const open = conversations.find(({ id }) => id === this.conversation);
    if (open) this.#conversationChanged(open);
  }

  /** @param {Frame} frame */
  #conversationChanged(frame) {
    const workspace = this.#workspace;
    if (frame.id !== this.conversation || !workspace) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      const now = this.#workspace;
      if (now?.dataset.conversation !== frame.id) return;
      const isSame = now?.dataset.state === frame.state && (frame.state !== "active" || now?.dataset.operatorName === frame.operator?.name);
      if (!isSame && frame.id) this.#renewWorkspace();
      else if (frame.revision > Number(this.#region("#conversation-actions")?.dataset.revision)) this.#renewActions();
    }, SETTLE_MS);
  }

  /** Invited in or taken out by others, one writes or does not write here. @param {{conversation: string, isGuest: boolean}} told */
  #participationTold({ conversation, isGuest }) {
    setTimeout(() => {
      const workspace = this.#workspace;
      if (workspace?.dataset.conversation !== conversation) return;
      if ((workspace.dataset.guest === "yes") !== isGuest) this.#renewWorkspace();
    }, SETTLE_MS);
  }

  /** @param {Frame} frame */
  #fragmentCame({ target, html, action }) {
    this.#told.add(target);
    if (action === "remove") {
      if (isRow(target)) this.list.drop(target);
      else if (target.startsWith("chat-")) this.chats.drop(target.slice("chat-".length));
      else if (target === `workspace-${this.conversation}`) this.#leaveConversation();
      else document.getElementById(target)?.remove();
      return;
    }
    const element = parse(html);
    if (!element) return;
    if (target === "toasts") return this.toasts.show(element.textContent ?? "");
    if (isRow(target)) {
      this.list.put(element);
      this.#readIfSeen();
    } else if (target.startsWith("chat-")) this.chats.putRow(element);
    else if (action === "append") document.getElementById(target)?.append(element);
    else replaceKeepingPlace(document.getElementById(target), element);
  }

  /** @param {Frame} frame */
  #presenceCame({ value, comment, present }) {
    this.#isAbsent = present === false;
    this.#presence.show(value, comment);
    this.#showStatus();
    this.#listChanged();
  }

  // Link

  /** @param {import("../shared/connection.js").State} state */
  #linkChanged({ attempt, retryAt }) {
    this.#link = { attempt, retryAt };
    clearTimeout(this.#blip);
    if (this.connection?.connected) return this.#showStatus();
    if (this.status.kind === "taken" || this.status.kind === "refused") return;
    if (this.status.kind === "lost") return this.#showStatus();
    this.#blip = setTimeout(() => {
      if (this.connection?.connected) return;
      this.alarm?.lost();
      this.#showStatus();
    }, BLIP_MS);
  }

  /** @param {number} code */
  #refused(code) {
    if (code === ANOTHER) return this.#giveWay();
    clearTimeout(this.#blip);
    this.alarm?.stop();
    this.#showStatus(code === TAKEN ? "taken" : "refused");
  }

  /** Another operator's eyes are before the screen now: what was this one's leaves it. */
  #giveWay() {
    clearTimeout(this.#blip);
    this.alarm?.badge(0);
    const template = /** @type {HTMLTemplateElement | null} */ (this.querySelector("template[data-another]"));
    if (template) this.replaceWith(template.content.cloneNode(true));
  }

  /** @param {Status["kind"]} [kind] */
  #showStatus(kind) {
    const { connection } = this;
    const isFine = connection?.connected ?? false;
    kind ??= isFine ? (this.#isAbsent ? "absent" : "fine") : "lost";
    const { attempt, retryAt } = this.#link;
    this.status = { kind, attempt, retryAt };
    const isCut = kind !== "fine" && kind !== "absent";
    this.classList.toggle("is-disconnected", isCut);
    this.list.freeze(isCut);
    this.#presence.follow(kind);
    for (const banner of this.#banners) banner.show(this.status);
  }

  #reconnect() {
    if (this.status.kind === "taken") this.#showStatus("lost");
    this.connection?.reconnectNow();
  }

  #tick() {
    this.list.tick();
    if (this.#workspace) showTimers(this.#workspace);
    if (this.status.kind === "lost") for (const banner of this.#banners) banner.show({ ...this.status, ...this.#link });
  }

  // What the operator does

  /** Waits for a link that is just being made; one that is known to be lost refuses at once. @param {Frame} frame */
  async #request(frame) {
    const connection = /** @type {Connection} */ (this.connection);
    if (!connection.connected && this.status.kind === "fine") {
      await new Promise((resolve) => {
        connection.addEventListener("state", resolve, { once: true });
        setTimeout(resolve, LINK_WAIT_MS);
      });
    }
    return connection.request(frame);
  }

  /** @param {string} conversation */
  async #accept(conversation) {
    const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll(`[data-accept="${conversation}"]`));
    for (const button of buttons) button.classList.add("is-busy");
    try {
      await this.#request({ type: "accept", conversation });
      this.#isAccepted = true;
      this.open(conversation);
    } catch (refusal) {
      this.#explain(/** @type {Refusal} */ (refusal));
    } finally {
      for (const button of buttons) button.classList.remove("is-busy");
    }
  }

  /** @param {{conversation: string, text: string, files: any[], note: boolean}} message */
  #post(message) {
    this.outbox?.add(message);
  }

  /** What this tab or another has to send, also what a crash left: shown here, and sent from here. */
  #showOutbox() {
    for (const entry of this.outbox?.pending() ?? []) {
      if (entry.conversation !== this.conversation) continue;
      this.log?.addPending(entry);
      if (entry.note) document.getElementById(`message-${entry.id}`)?.classList.add("is-note");
    }
    if (this.connection?.connected) this.outbox?.flush(this.connection);
  }

  /** @param {Entry} entry @param {any} ack */
  #settled(entry, ack) {
    if (entry.conversation !== this.conversation) return;
    this.log?.confirm(entry.id, { seq: ack.seq, conversation: entry.conversation });
  }

  /** @param {Entry} entry @param {string} reason */
  #giveBack(entry, reason) {
    this.toasts.say("refused", reason);
    if (entry.conversation !== this.conversation) return;
    this.log?.removePending(entry.id);
    this.#takeRefused();
  }

  #takeRefused() {
    const { conversation, composer, outbox } = this;
    // Where nothing can be written, what was refused is kept until there is a field to give it back to.
    if (!composer?.composer) return;
    for (const entry of outbox?.takeRefused((one) => one.conversation === conversation) ?? []) {
      if (entry.note) composer?.show("note");
      composer?.composer?.restore(entry, entry.refused ?? "");
    }
  }

  /** @param {boolean} isTyping */
  #tellTyping(isTyping) {
    const { composer } = this;
    // Colleagues' notes are none of the visitor's business, nor is that one is being written.
    if (!composer || composer.mode === "note") return;
    this.connection?.post({ type: "typing", conversation: composer.conversation, on: isTyping });
  }

  /** @param {{conversation: string, seq: number}} seen */
  #tellSeen(seen) {
    this.list.markRead(seen.conversation);
    this.chats.markRead(seen.conversation);
    this.connection?.post({ type: "read", ...seen });
  }

  /** Also what a page that was loaded with the conversation in it showed before anybody listened. */
  #resendSeen() {
    const { conversation, log } = this;
    if (conversation && log?.seen) this.connection?.post({ type: "read", conversation, seq: log.seen });
  }

  /** @param {import("./presence.js").Presence} value @param {string} [comment] */
  async #choosePresence(value, comment = this.#presence.comment) {
    const { value: before, comment: said } = this.#presence;
    this.#presence.show(value, comment);
    try {
      await this.#request({ type: "presence", value, comment });
      this.#isAbsent = false;
      this.#showStatus();
      this.#listChanged();
    } catch (refusal) {
      this.#presence.show(before, said);
      this.#explain(/** @type {Refusal} */ (refusal));
    }
  }

  #looked() {
    if (document.hidden || !document.hasFocus()) return;
    this.#comeBack();
    // Signed out meanwhile: perhaps another has signed in.
    if (this.status.kind === "refused") this.#renewLists();
  }

  #comeBack() {
    if (this.#isAbsent && this.connection?.connected) this.#choosePresence(this.#presence.value);
  }

  /** @param {Refusal} refusal */
  #explain({ code, detail }) {
    if (code === "disconnected" || !detail) this.toasts.say("offline");
    else this.toasts.show(detail);
  }

  // Answers of forms

  /** Not every answer belongs into the pane: a refusal is told, and so is a lost session. @param {any} detail of htmx:beforeSwap */
  #guardSwap(detail) {
    const { pathname } = new URL(detail.xhr.responseURL || location.href, location.href);
    // A form that comes back with its words goes to where it was.
    if (detail.xhr.getResponseHeader("HX-Retarget")) return undefined;
    const refusal = [409, 422].includes(detail.xhr.status) ? parse(detail.serverResponse) : null;
    const isAnswer = !refusal && !pathname.startsWith("/login/");
    if (isAnswer && !this.#wouldTakeForm(detail, pathname)) return undefined;
    detail.shouldSwap = false;
    if (isAnswer) return this.#renewWorkspace();
    if (!refusal) return this.#signedOut();
    this.toasts.show(refusal.textContent?.trim() ?? "");
    return this.#load(this.conversation);
  }

  /** What is open was asked for again, and a form of it opened before the answer. @param {any} detail @param {string} pathname */
  #wouldTakeForm({ requestConfig, target }, pathname) {
    const isSame = requestConfig.verb === "get" && target.id === "workspace" && pathname.endsWith(`/${this.conversation}/`);
    return isSame && this.#openForm !== undefined;
  }

  /** The page stays, with all that is written in it, and says what has happened. */
  #signedOut() {
    this.connection?.stop();
    this.#refused(SIGNED_OUT);
  }

  /** @param {XMLHttpRequest} xhr */
  #failed({ status, responseURL, responseText }) {
    if (status === 409 || status === 422) return;
    const refusal = status === 403 ? parse(responseText) : null;
    if (refusal?.matches("[data-refusal]")) return this.toasts.show(refusal.textContent ?? "");
    if (status === 404 && responseURL.endsWith(`/${this.conversation}/`)) return this.#leaveConversation();
    this.toasts.say(status === 404 ? "missing" : "failed");
  }

  /** What one may not see any more does not stay before the eyes; the draft is kept. */
  #leaveConversation() {
    const { htmx } = /** @type {any} */ (window);
    const home = this.dataset.home ?? "";
    this.toasts.say(this.#workspace?.dataset.internal === undefined ? "missing" : "missingChat");
    htmx.ajax("GET", `${home}nothing/`, { source: "#sheet", target: "#workspace", swap: "outerHTML" }).then(() => history.pushState({ htmx: true }, "", home));
  }

  // Regions

  /** Whatever is open now was just rendered by the server. */
  #opened() {
    const { conversation } = this;
    if (conversation === this.list.selected && this.querySelector("#workspace[data-settled]")) return;
    this.#workspace?.setAttribute("data-settled", "");
    const isNew = conversation !== this.list.selected;
    this.list.select(conversation);
    this.chats.select(conversation);
    this.#hideTyping();
    this.#tick();
    if (isNew) this.#showPane(conversation ? "conversation" : "visitors");
    if (!conversation) return;
    this.#showOutbox();
    this.#takeRefused();
    this.#readIfSeen();
    // Also makes the server follow a conversation that nobody here followed before.
    this.#sync(conversation, this.log?.lastSeq ?? 0);
    if ((isNew || this.#isAccepted) && matchMedia("(hover: hover)").matches) this.#focusNext();
    this.#isAccepted = false;
  }

  /** To the answer; while there can be none, to «Принять». */
  #focusNext() {
    if (this.composer?.canReply) return this.composer.focusField();
    /** @type {HTMLElement | null} */ (this.querySelector(".conversation-head [data-accept]"))?.focus();
  }

  /** @param {string} conversation */
  #load(conversation) {
    const { htmx } = /** @type {any} */ (window);
    const isOpen = conversation === this.conversation;
    const isInternal = this.chats.has(conversation) || (isOpen && this.#isInternal);
    const address = `${this.dataset.home}${isInternal ? "internal/" : ""}${conversation}/`;
    htmx.ajax("GET", address, { source: "#sheet", target: "#workspace", swap: "outerHTML" }).then(() => {
      if (!isOpen) history.pushState({ htmx: true }, "", address);
    });
  }

  /** The conversation as it is now, but not under the hands of who fills a form of it in. */
  #renewWorkspace() {
    const form = this.#openForm;
    if (!form) return this.#load(this.conversation);
    form.addEventListener("closed", () => form.isConnected && this.#load(this.conversation), { once: true });
  }

  /** One may do other things with the conversation than before; what is written and read stays. */
  #renewActions() {
    const form = this.#openForm;
    if (form) return form.addEventListener("closed", () => form.isConnected && this.#renewActions(), { once: true });
    const part = "#conversation-actions";
    const address = `${this.dataset.home}${this.conversation}/`;
    /** @type {any} */ (window).htmx.ajax("GET", address, { source: part, target: part, select: part, swap: "outerHTML" });
  }

  get #openForm() {
    const all = /** @type {NodeListOf<PopOver>} */ (this.querySelectorAll("#workspace pop-over"));
    return [...all].find((one) => one.isOpen);
  }

  /** @param {string} conversation @param {number} after */
  async #sync(conversation, after) {
    if (!conversation || !this.connection?.connected) return;
    try {
      for (let page = [{ seq: after }]; page.length; ) {
        const { seq } = page[page.length - 1];
        ({ messages: page } = await this.connection.insist({ type: "sync", conversation, after: seq }));
        for (const message of page) this.#show(/** @type {any} */ (message));
      }
    } catch {
      // The link broke, and the next welcome brings what is missing; or we may not see it any more.
    }
  }

  async #renewLists() {
    // What frames tell from now on is newer than the answer, which the server may have begun before.
    const told = (this.#told = new Set());
    const response = await fetch(`${this.dataset.home}?part=lists`, { headers: { "HX-Request": "true", ...pageHeaders() } }).catch(() => null);
    if (response?.headers.has("HX-Trigger")) return this.#giveWay();
    if (!response?.ok || response.redirected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const visitors = /** @type {HTMLElement | null} */ (fresh.querySelector("#visitors"));
    const operators = fresh.querySelector("#operators");
    if (!visitors || !operators || told !== this.#told) return;
    setClock(visitors.dataset.now ?? "");
    Object.assign(this.dataset, { departments: visitors.dataset.departments, administrator: visitors.dataset.administrator });
    this.list.renew(document.adoptNode(visitors), told);
    if (!told.has("operators")) replaceKeepingPlace(this.querySelector("#operators"), document.adoptNode(operators));
    if (![...told].some((target) => target.startsWith("chat-"))) this.chats.renew(fresh.querySelector("#chats"));
    this.#readIfSeen();
  }

  #readIfSeen() {
    if (this.log?.unread !== 0) return;
    this.list.markRead(this.conversation);
    this.chats.markRead(this.conversation);
  }

  #listChanged() {
    const rows = this.list.rows("waiting");
    for (const count of this.querySelectorAll("[data-waiting-count]")) count.textContent = rows.length ? String(rows.length) : "";
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-empty]"))) {
      part.hidden = (part.dataset.empty === "waiting") !== rows.length > 0;
    }
    const isTaking = this.#presence.value === "online" && this.status.kind === "fine";
    const isHere = this.#presence.value !== "break" && this.status.kind === "fine";
    const ringing = this.list.ringing.map((row) => ({
      conversation: row.dataset.conversation ?? "",
      name: row.dataset.name ?? "",
      sender: row.dataset.senderName ?? "",
      news: row.dataset.news === "invitation" ? this.dataset.newInvitation : this.dataset.newTransfer,
      preview: row.querySelector("[data-preview]")?.textContent ?? "",
    }));
    this.#announce(ringing);
    this.alarm?.waiting(ringing.filter(({ sender }) => !sender), isTaking);
    this.alarm?.offered(ringing.filter(({ sender }) => sender), isHere);
    this.alarm?.badge(rows.length + this.list.unread + this.chats.unread);
  }

  #announced = "";

  /** @param {{conversation: string, name: string, sender: string, news?: string}[]} waiting */
  #announce(waiting) {
    const last = waiting.at(-1);
    if (!last || last.conversation === this.#announced) return;
    this.#announced = last.conversation;
    const line = this.querySelector("[data-announcement]");
    const news = last.sender ? last.news : this.dataset.newVisitor;
    if (line) line.textContent = `${news}: ${last.name}`;
  }

  /** @param {Frame} frame */
  #showTyping({ conversation, name, on }) {
    this.list.showTyping(conversation, on);
    const line = /** @type {HTMLElement | null} */ (this.querySelector("[data-typing] > span"));
    if (conversation !== this.conversation || !line) return;
    clearTimeout(this.#typing);
    line.hidden = !on;
    /** @type {HTMLElement} */ (line.querySelector("[data-name]")).textContent = name;
    if (on) this.#typing = setTimeout(() => this.#hideTyping(), TYPING_SHOWN_MS);
  }

  #hideTyping() {
    clearTimeout(this.#typing);
    this.#region("[data-typing] > span")?.setAttribute("hidden", "");
  }

  /** @param {string} pane */
  #showPane(pane) {
    /** @type {PaneSwitch | null} */ (this.querySelector("pane-switch"))?.show(pane);
  }

  /** From a visitor of mine or a colleague, not heard of before, and not before my eyes. @param {Frame} message */
  #isNews(message) {
    const { type, conversation, seq, author } = message;
    if (type === "amended") return false;
    const isSeen = this.#isLooking && conversation === this.conversation;
    if (this.chats.has(conversation)) return !isSeen && this.chats.isNews(/** @type {any} */ (message));
    const row = this.list.row(conversation);
    if (author.kind !== "visitor" || !row?.closest('[data-group="mine"]')) return false;
    return seq > this.list.seqOf(row) && !isSeen;
  }

  get #isInternal() {
    return this.#workspace?.dataset.internal !== undefined;
  }

  get #isLooking() {
    return !document.hidden && document.hasFocus();
  }

  get #workspace() {
    return this.#region("#workspace");
  }

  get #banners() {
    return /** @type {NodeListOf<ZoneBanner>} */ (this.querySelectorAll("zone-banner"));
  }

  get #presence() {
    return /** @type {PresenceSwitch} */ (this.querySelector("presence-switch"));
  }

  /** @param {string} selector */
  #region(selector) {
    return /** @type {HTMLElement | null} */ (this.querySelector(selector));
  }
}

/** @param {string} target */
function isRow(target) {
  return target.startsWith("visitor-") || target.startsWith("visit-");
}

/** A list that is rendered anew stays scrolled and focused as it was. @param {Element | null} old @param {Element} fresh */
function replaceKeepingPlace(old, fresh) {
  const top = old?.querySelector("ul")?.scrollTop ?? 0;
  const focused = old?.contains(document.activeElement) ? document.activeElement : null;
  const account = /** @type {HTMLElement | null | undefined} */ (focused?.closest("[data-account]"))?.dataset.account;
  const fields = writtenFields(old);
  old?.replaceWith(fresh);
  /** @type {any} */ (window).htmx?.process(fresh);
  for (const field of fields) restoreField(field);
  const list = fresh.querySelector("ul");
  if (!list) return;
  list.scrollTop = top;
  if (!focused) return;
  const row = account ? fresh.querySelector(`[data-account="${account}"] button`) : null;
  /** @type {HTMLElement | null} */ (row ?? fresh.querySelector("button"))?.focus();
}

/** What somebody is writing in it. @param {Element | null} part */
function writtenFields(part) {
  return [.../** @type {NodeListOf<HTMLTextAreaElement>} */ (part?.querySelectorAll("pop-over textarea[id]") ?? [])].map((field) => ({
    id: field.id,
    value: field.value,
    caret: field.selectionEnd,
    isOpen: /** @type {PopOver | null} */ (field.closest("pop-over"))?.isOpen,
    hasFocus: field === document.activeElement,
  }));
}

/** @param {ReturnType<typeof writtenFields>[number]} written */
function restoreField({ id, value, caret, isOpen, hasFocus }) {
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(id));
  if (!field) return;
  field.value = value;
  const popOver = /** @type {PopOver | null} */ (field.closest("pop-over"));
  const focused = document.activeElement;
  if (isOpen) popOver?.toggle(true);
  if (isOpen && !hasFocus) /** @type {HTMLElement | null} */ (focused)?.focus();
  if (hasFocus) field.focus();
  if (hasFocus) field.setSelectionRange(caret, caret);
}

/** Title and members of the open chat among staff are others. @param {HTMLElement} workspace @param {import("./room-list.js").Chat} chat */
function showChat(workspace, chat) {
  const title = workspace.querySelector("[data-chat-title]");
  const names = workspace.querySelector("[data-chat-names]");
  if (title && chat.title) title.textContent = chat.title;
  if (names) names.textContent = chat.members.map(({ name }) => name).join(", ");
  /** @type {any} */ (window).htmx?.trigger("#chat-members", "memberschange");
}

/** @param {string} html one root element, rendered and escaped by the server */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return /** @type {HTMLElement | null} */ (template.content.firstElementChild);
}

customElements.define("operator-zone", OperatorZone);
