/**
 * `<operator-zone>`: the link, the outbox, and what is open. What comes it tells its regions as
 * events (region.js says which); what they want comes here as bubbling ones: `send`, `request`,
 * `post`, `gap`, `open`, `here`, `reconnect`, `anotheraccount`.
 *
 * @typedef {import("../shared/connection.js").Frame} Frame
 * @typedef {import("./banner.js").Status} Status
 * @typedef {import("./workspace.js").ZoneWorkspace} ZoneWorkspace
 */
import "./regions.js";
import { Connection } from "../shared/connection.js";
import { Outbox } from "../shared/outbox.js";
import { askAgain, guardSwap, tellFailure } from "./answers.js";
import { pressKey } from "./keys.js";
import { isLooking, openFirst, tell, tellFrame } from "./region.js";

// Shorter breaks heal unseen; a longer one must be seen and heard.
const BLIP_MS = 1000;
const LINK_WAIT_MS = 5000;
const SIGNED_OUT = 4401;
const TAKEN = 4409;
const ANOTHER = 4410;

export class OperatorZone extends HTMLElement {
  /** @type {Status} */
  status = { kind: "fine", attempt: 0, retryAt: null };
  /** @type {{attempt: number, retryAt: number | null}} */
  #link = { attempt: 0, retryAt: null };
  #isAbsent = false;
  #isAccepted = false;
  /** The page was rendered with other rights than the operator has now. */
  #isOutdated = false;
  /** The conversation that regions were told is open. */
  #told = "";
  /** The one that is being taken away. */
  #leaving = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #blip;
  /** @type {AbortController | null} */
  #listening = null;

  connectedCallback() {
    this.outbox = new Outbox(`zone:${this.dataset.account}`);
    this.connection = new Connection({ url: this.dataset.socket ?? "", hello: () => this.#hello() });
    this.#listening = new AbortController();
    this.#listen();
    this.#listenToPage();
    this.#opened();
    this.connection.start();
    this.dispatchEvent(new Event("alive", { bubbles: true }));
  }

  disconnectedCallback() {
    this.#listening?.abort();
    clearTimeout(this.#blip);
    this.connection?.stop();
  }

  get workspace() {
    return /** @type {ZoneWorkspace | null} */ (this.querySelector("zone-workspace"));
  }

  /** The conversation that is open; empty for none. */
  get conversation() {
    return this.workspace?.dataset.conversation ?? "";
  }

  /** The server takes the operator for gone, though the link is there. */
  get isAbsent() {
    return this.#isAbsent && this.#isConnected;
  }

  get #isConnected() {
    return this.connection?.connected ?? false;
  }

  /** @param {EventTarget | undefined} target @param {string} name @param {(detail: any, event: Event) => void} act */
  #on(target, name, act) {
    const { signal } = /** @type {AbortController} */ (this.#listening);
    target?.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail, event), { signal });
  }

  #listen() {
    this.#on(this.connection, "frame", (frame) => this.#received(frame));
    this.#on(this.connection, "state", (state) => this.#linkChanged(state));
    this.#on(this.connection, "wake", () => tell(this, "wake"));
    this.#on(this.connection, "changed", () => (this.#isOutdated = true));
    this.#on(this.connection, "refused", ({ code }) => this.#refused(code));
    this.#on(this.outbox, "change", () => this.#flush());
    this.#on(this.outbox, "settled", (sent) => tell(this, "sent", sent));
    this.#on(this.outbox, "refused", (refused) => tell(this, "refused", refused));
    this.#on(this, "send", (frame) => this.connection?.post(frame));
    this.#on(this, "request", ({ frame, resolve, reject }) => this.#request(frame).then(resolve, reject));
    this.#on(this, "post", (message) => this.outbox?.add(message));
    this.#on(this, "gap", ({ conversation, after }) => this.#sync(conversation, after));
    this.#on(this, "open", ({ conversation, isAccepted }) => this.#open(conversation, isAccepted));
    this.#on(this, "here", () => this.#setAbsent(false));
    this.#on(this, "reconnect", () => this.#reconnect());
    this.#on(this, "anotheraccount", () => this.#giveWay());
  }

  #listenToPage() {
    this.#on(this, "htmx:afterSettle", () => this.#opened());
    this.#on(this, "htmx:beforeSwap", (detail) => guardSwap(this, detail));
    this.#on(this, "htmx:responseError", (failed) => askAgain(failed) || tellFailure(this, failed.xhr));
    this.#on(document.body, "htmx:historyCacheMiss", ({ xhr }) => xhr.setRequestHeader("X-Page-Of", this.dataset.account));
    this.#on(document.body, "htmx:historyCacheMissLoadError", ({ xhr }) => xhr.getResponseHeader("HX-Trigger") && this.#giveWay());
    this.#on(document.body, "htmx:historyRestore", () => this.#opened());
    this.#on(document, "keydown", (_, event) => pressKey(this, /** @type {KeyboardEvent} */ (event)));
    this.#on(document, "visibilitychange", () => this.#looked());
    this.#on(window, "focus", () => this.#looked());
    this.#on(this, "pointerdown", () => this.#looked());
  }

  #looked() {
    if (isLooking()) tell(this, "looked");
  }

  // Frames

  /** @returns {Frame} */
  #hello() {
    /** @type {Record<string, number>} */
    const after = {};
    tell(this, "hello", { after });
    this.#isAbsent &&= !isLooking();
    const { conversation } = this;
    return {
      type: "hello",
      page_of: this.dataset.account,
      open: conversation || null,
      after: openFirst(after, conversation),
      away: this.#isAbsent,
    };
  }

  /** @param {Frame} frame */
  #received(frame) {
    tellFrame(this, frame);
    if (frame.type === "presence") this.#setAbsent(frame.present === false);
    if (frame.type === "welcome") this.#welcomed();
  }

  #welcomed() {
    tell(this, "welcomed");
    if (this.#isOutdated && this.conversation) this.renew();
    this.#isOutdated = false;
    this.#send();
  }

  /** @param {string} conversation @param {number} after */
  async #sync(conversation, after) {
    if (!conversation || !this.connection?.connected) return;
    try {
      for (let page = [{ seq: after }]; page.length; ) {
        const { seq } = page[page.length - 1];
        ({ messages: page } = await this.connection.insist({ type: "sync", conversation, after: seq }));
        for (const message of page) tellFrame(this, /** @type {any} */ ({ ...message, isAsked: true }));
      }
    } catch {
      // The link broke, and the next welcome brings what is missing; or we may not see it any more.
    }
  }

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

  /** What this tab or another has to send, also what a crash left: shown here, and sent from here. */
  #flush() {
    tell(this, "unsent");
    this.#send();
  }

  #send() {
    if (this.connection?.connected) this.outbox?.flush(this.connection);
  }

  // Link

  /** @param {import("../shared/connection.js").State} state */
  #linkChanged({ isAsleep, attempt, retryAt }) {
    this.#link = { attempt, retryAt };
    clearTimeout(this.#blip);
    if (this.#isConnected) return this.#showStatus();
    if (this.status.kind === "taken" || this.status.kind === "refused") return;
    if (this.status.kind === "lost" || isAsleep) return this.#showStatus();
    this.#blip = setTimeout(() => this.#isConnected || this.#showStatus(), BLIP_MS);
  }

  /** @param {number} code */
  #refused(code) {
    if (code === ANOTHER) return this.#giveWay();
    clearTimeout(this.#blip);
    this.#showStatus(code === TAKEN ? "taken" : "refused");
  }

  /** Another operator's eyes are before the screen now: what was this one's leaves it. */
  #giveWay() {
    const template = /** @type {HTMLTemplateElement | null} */ (this.querySelector("template[data-another]"));
    if (template) this.replaceWith(template.content.cloneNode(true));
  }

  /** @param {boolean} isAbsent */
  #setAbsent(isAbsent) {
    this.#isAbsent = isAbsent;
    this.#showStatus();
  }

  /** @param {Status["kind"]} [kind] */
  #showStatus(kind = this.#isConnected ? (this.#isAbsent ? "absent" : "fine") : "lost") {
    this.status = { kind, ...this.#link };
    this.dataset.link = kind;
    this.classList.toggle("is-disconnected", kind !== "fine" && kind !== "absent");
    tell(this, "status", this.status);
  }

  #reconnect() {
    if (this.status.kind === "taken") this.#showStatus("lost");
    this.connection?.reconnectNow();
  }

  /** The page stays, with all that is written in it, and says what has happened. */
  signOut() {
    this.connection?.stop();
    this.#refused(SIGNED_OUT);
  }

  // What is open

  /** @param {string} conversation @param {boolean} [isAccepted] just now: the answer is next */
  #open(conversation, isAccepted = false) {
    this.#isAccepted ||= isAccepted;
    const link = /** @type {HTMLElement | null} */ (this.querySelector(`[id="visitor-${conversation}"] a`));
    if (link) return link.click();
    this.load(conversation);
  }

  /** Whatever is open now was just rendered by the server. */
  #opened() {
    const { conversation, workspace } = this;
    const isNew = conversation !== this.#told;
    if (!isNew && workspace?.hasAttribute("data-settled")) return;
    workspace?.setAttribute("data-settled", "");
    this.#told = conversation;
    this.#leaving = "";
    tell(this, "opened", { conversation, isNew });
    if (!conversation) return;
    this.#send();
    // Also makes the server follow a conversation that nobody here followed before.
    this.#sync(conversation, workspace?.log?.lastSeq ?? 0);
    if ((isNew || this.#isAccepted) && matchMedia("(hover: hover)").matches) workspace?.focusNext();
    this.#isAccepted = false;
  }

  /** @param {string} conversation */
  load(conversation) {
    const { htmx } = /** @type {any} */ (window);
    const isOpen = conversation === this.conversation;
    const chats = /** @type {import("./room-list.js").ChatList | null} */ (this.querySelector("chat-list"));
    const isInternal = chats?.has(conversation) || (isOpen && this.workspace?.isInternal);
    const address = `${this.dataset.home}${isInternal ? "internal/" : ""}${conversation}/`;
    htmx.ajax("GET", address, { source: "#sheet", target: "#workspace", swap: "outerHTML" }).then(() => {
      if (!isOpen) history.pushState({ htmx: true }, "", address);
    });
  }

  /** The conversation as it is now, but not under the hands of who fills a form of it in. */
  renew() {
    const form = this.workspace?.openForm;
    if (!form) return this.load(this.conversation);
    form.addEventListener("closed", () => form.isConnected && this.load(this.conversation), { once: true });
  }

  /** One may do other things with the conversation than before; what is written and read stays. */
  renewActions() {
    const form = this.workspace?.openForm;
    if (form) return form.addEventListener("closed", () => form.isConnected && this.renewActions(), { once: true });
    const part = "#conversation-actions";
    const address = `${this.dataset.home}${this.conversation}/`;
    /** @type {any} */ (window).htmx.ajax("GET", address, { source: part, target: part, select: part, swap: "outerHTML" });
  }

  /** What one may not see any more does not stay before the eyes; the draft is kept. */
  leave() {
    const { conversation } = this;
    if (this.#leaving === conversation) return;
    this.#leaving = conversation;
    tell(this, "gone", { conversation, name: this.workspace?.isInternal ? "missingChat" : "missing" });
    this.clear();
  }

  /** Nothing is open any more. */
  clear() {
    const { htmx } = /** @type {any} */ (window);
    const home = this.dataset.home ?? "";
    htmx.ajax("GET", `${home}nothing/`, { source: "#sheet", target: "#workspace", swap: "outerHTML" }).then(() => history.pushState({ htmx: true }, "", home));
  }
}

customElements.define("operator-zone", OperatorZone);
