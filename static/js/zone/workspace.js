/**
 * `<zone-workspace>` (`#workspace`): what is open, as the server rendered it, and what the frames
 * tell of it since.
 *
 * @typedef {import("../shared/message-log.js").MessageLog} MessageLog
 * @typedef {import("../shared/outbox.js").Entry} Entry
 * @typedef {import("../shared/pop-over.js").PopOver} PopOver
 * @typedef {import("./composer.js").ZoneComposer} ZoneComposer
 * @typedef {import("./region.js").Frame} Frame
 * @typedef {import("./rooms.js").InternalComposer} InternalComposer
 */
import "../shared/message-log.js";
import { pageHeaders } from "../shared/page-headers.js";
import { hasDeeds, whoseIs } from "./access.js";
import { showTimers, stopWaiting } from "./clock.js";
import { ask, hear, say, send, zoneOf } from "./region.js";

const TICK_MS = 1000;
// A change of state and the answer to one's own click often tell the same thing.
const SETTLE_MS = 200;

/** @type {ReturnType<typeof setTimeout> | undefined} outlives the workspace: the answer to a click brings another */
let settling;

/**
 * Whether a conversation is as the page shows it.
 * @param {{state?: string, operatorName?: string}} shown
 * @param {Frame} told
 */
export function isShownAs(shown, { state, operator }) {
  return shown.state === state && (state !== "active" || shown.operatorName === operator?.name);
}

export class ZoneWorkspace extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  connectedCallback() {
    /** @param {(detail: any) => void} act of what concerns this conversation alone */
    const own = (act) => (/** @type {any} */ detail) => detail.conversation === this.conversation && act(detail);
    this.#hearing = hear(this, {
      hello: ({ after }) => this.log && this.conversation && (after[this.conversation] = this.log.lastSeq),
      "frame:welcome": (welcome) => this.#welcomed(welcome),
      "frame:message": own((message) => this.#messageCame(message)),
      "frame:amended": own((amendment) => this.log?.amend(amendment)),
      "frame:read": own(({ seq }) => this.log?.markRead(seq)),
      "frame:conversation": (told) => this.#conversationChanged(told),
      "frame:chat": (chat) => chat.id === this.conversation && this.#chatChanged(chat),
      "frame:fragment": ({ target, action }) => {
        if (action === "remove" && target === `workspace-${this.conversation}`) this.#takenAway();
      },
      welcomed: () => {
        this.#resendSeen();
        this.composer?.composer?.uploadAgain();
      },
      participation: own((told) => this.#participationTold(told)),
      seen: ({ conversation, seq }) => send(this, { type: "read", conversation, seq }),
      quote: (quote) => this.composer?.quote(quote),
      edit: (said) => this.composer?.correct(said),
      retract: (said) => this.#retract(said),
      correction: ({ said, resolve, reject }) => {
        const { conversation, seq, text, changed } = said;
        ask(this, { type: "correct", conversation, seq, text, changed }).then(resolve, reject);
      },
      correctlast: (_, event) => this.log?.editLast() && event.preventDefault(),
      opened: () => this.#opened(),
      unsent: () => this.#showUnsent(),
      sent: (sent) => this.#settled(sent),
      refused: (refused) => this.#giveBack(refused),
    });
    if (this.log) {
      // In markup that has just been swapped in, the parent is connected before the child is upgraded.
      customElements.upgrade(this.log);
      this.log.headers = pageHeaders;
    }
    this.#ticker = setInterval(() => showTimers(this), TICK_MS);
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    clearInterval(this.#ticker);
  }

  /** Empty for none. */
  get conversation() {
    return this.dataset.conversation ?? "";
  }

  /** Of the conversation, when what may be done with it was shown; NaN where nothing may be. */
  get revision() {
    return Number(/** @type {HTMLElement | null} */ (this.querySelector("#conversation-actions"))?.dataset.revision);
  }

  get isInternal() {
    return this.dataset.internal !== undefined;
  }

  get log() {
    return /** @type {MessageLog | null} */ (this.querySelector("message-log"));
  }

  get composer() {
    return /** @type {ZoneComposer | InternalComposer | null} */ (this.querySelector("zone-composer, internal-composer"));
  }

  /** A form of it that somebody fills in. */
  get openForm() {
    return [.../** @type {NodeListOf<PopOver>} */ (this.querySelectorAll("pop-over"))].find((one) => one.isOpen);
  }

  /** To the answer; while there can be none, to «Принять». */
  focusNext() {
    if (this.composer?.canReply) return this.composer.focusField();
    /** @type {HTMLElement | null} */ (this.querySelector(".conversation-head [data-accept]"))?.focus();
  }

  /** The focus has nowhere to be: where nothing is to be done, whose conversation it is. On a touch screen a field would bring the keyboard. */
  takeFocus() {
    if (matchMedia("(hover: hover)").matches) this.focusNext();
    if (document.activeElement !== document.body) return;
    /** @type {HTMLElement | null} */ (this.querySelector(".conversation-head h2, .empty-zone"))?.focus();
  }

  get #zone() {
    return zoneOf(this);
  }

  #opened() {
    showTimers(this);
    if (!this.conversation) return;
    this.#showUnsent();
    this.#takeRefused();
  }

  /** @param {Frame} welcome */
  #welcomed({ conversations = [], chats = [] }) {
    const isHere = (/** @type {{id: string}} */ { id }) => id === this.conversation;
    const told = conversations.find(isHere);
    if (told) this.#conversationChanged(told);
    // A welcome holds so many chats: of another one the page itself says whether it may still be seen.
    if (this.isInternal && !chats.some(isHere)) this.#zone?.load(this.conversation);
  }

  /** @param {Frame} message */
  #messageCame(message) {
    this.log?.insert(/** @type {any} */ (message));
    if (message.author.kind !== "operator" || ["note", "rating_request", "snapshot_request"].includes(message.kind)) return;
    stopWaiting(this, message.created_at);
    showTimers(this);
  }

  /** @param {import("../shared/message-changes.js").Said} said */
  async #retract({ conversation, seq }) {
    try {
      await ask(this, { type: "retract", conversation, seq });
    } catch (refusal) {
      this.composer?.composer?.refused(/** @type {import("../shared/connection.js").Refusal} */ (refusal));
    }
  }

  /** @param {Frame} told */
  #conversationChanged(told) {
    if (!told.id || told.id !== this.conversation) return;
    const zone = this.#zone;
    clearTimeout(settling);
    settling = setTimeout(() => {
      const now = zone?.workspace;
      if (!now || now.conversation !== told.id) return;
      if (!isShownAs(now.dataset, told)) zone?.renew();
      else if (told.revision > now.revision && hasDeeds(now.dataset, whoseIs(now))) zone?.renewActions();
    }, SETTLE_MS);
  }

  #takenAway() {
    clearTimeout(settling);
    this.#zone?.leave();
  }

  /** Invited in or taken out by others, one writes or does not write here. @param {{conversation: string, isGuest: boolean}} told */
  #participationTold({ conversation, isGuest }) {
    const zone = this.#zone;
    setTimeout(() => {
      const now = zone?.workspace;
      if (now && now.conversation === conversation && (now.dataset.guest === "yes") !== isGuest) zone?.renew();
    }, SETTLE_MS);
  }

  /** Title and members of a chat among staff are others. @param {import("./room-list.js").Chat} chat */
  #chatChanged(chat) {
    const title = this.querySelector("[data-chat-title]");
    const names = this.querySelector("[data-chat-names]");
    if (title && chat.title) title.textContent = chat.title;
    if (names) names.textContent = chat.members.map(({ name }) => name).join(", ");
    /** @type {any} */ (window).htmx?.trigger("#chat-members", "memberschange");
  }

  /** Also what a page that was loaded with the conversation in it showed before anybody listened. */
  #resendSeen() {
    const { conversation, log } = this;
    if (conversation && log?.seen) send(this, { type: "read", conversation, seq: log.seen });
  }

  // What was written here

  /** What this tab or another has to send, also what a crash left. */
  #showUnsent() {
    for (const entry of this.#zone?.outbox?.pending() ?? []) {
      if (entry.conversation !== this.conversation) continue;
      this.log?.addPending(entry);
      if (entry.note) document.getElementById(`message-${entry.id}`)?.classList.add("is-note");
    }
  }

  /** @param {{entry: Entry, ack: Frame}} sent */
  #settled({ entry, ack }) {
    if (entry.conversation !== this.conversation) return;
    this.log?.confirm(entry.id, { seq: ack.seq, conversation: entry.conversation });
  }

  /** @param {{entry: Entry, detail: string}} refused */
  #giveBack({ entry, detail }) {
    say(this, "refused", detail);
    if (entry.conversation !== this.conversation) return;
    this.log?.removePending(entry.id);
    this.#takeRefused();
  }

  #takeRefused() {
    const { conversation, composer } = this;
    // Where nothing can be written, what was refused is kept until there is a field to give it back to.
    if (!composer?.composer) return;
    for (const entry of this.#zone?.outbox?.takeRefused((one) => one.conversation === conversation) ?? []) {
      if (entry.note) composer.show("note");
      composer.composer?.restore(entry, entry.refused ?? "");
    }
  }
}

customElements.define("zone-workspace", ZoneWorkspace);
