/**
 * The conversation inside the visitor's window: log, composer and outbox around one connection.
 * Loaded after the first view, when the window is opened or the page is idle.
 *
 * @typedef {import("../shared/connection.js").Connection} Connection
 * @typedef {import("../shared/connection.js").Frame} Frame
 */
import "../shared/chat-composer.js";
import "../shared/message-log.js";
import "../shared/picture-viewer.js";
import { on } from "../shared/connection.js";
import { FileLinks } from "../shared/file-links.js";
import { keep, Outbox } from "../shared/outbox.js";
import { Tabs } from "../shared/tabs.js";
import { AboutTicket } from "./about-ticket.js";
import { Cards } from "./cards.js";
import { WindowMenu } from "./menu.js";
import { TypingPreview } from "./preview.js";
import { Snapshots, factsOf } from "./snapshots.js";

/** Emits on its root, besides what the log does: `pending` (detail {count}). */
export class WidgetConversation {
  /**
   * @param {HTMLElement} root
   * @param {Connection} connection
   * @param {() => Promise<string>} token
   * @param {import("./widget.js").Appearance} appearance
   * @param {() => string} page the address of the one around the window
   */
  constructor(root, connection, token, appearance, page) {
    this.root = root;
    this.appearance = appearance;
    this.connection = connection;
    this.log = /** @type {import("../shared/message-log.js").MessageLog} */ (root.querySelector("message-log"));
    this.composer = /** @type {import("../shared/chat-composer.js").ChatComposer} */ (root.querySelector("chat-composer"));
    const headers = async () => ({ Authorization: `Bearer ${await token()}` });
    this.composer.uploadHeaders = headers;
    this.log.headers = headers;
    this.links = new FileLinks(root, this.composer.getAttribute("upload-url") ?? "", token);
    this.viewer = /** @type {import("../shared/picture-viewer.js").PictureViewer} */ (root.querySelector("picture-viewer"));
    this.viewer.fresh = (link) => this.links.fresh(link);
    this.living = new AbortController();
    this.menu = new WindowMenu(root, connection, headers, this.living.signal);
    const snapshots = new Snapshots(this.log, () => factsOf(root.dataset, page()), this.living.signal);
    this.cards = new Cards(this.log, connection, root.dataset.scope ?? "", snapshots, this.living.signal);
    this.about = new AboutTicket(root, `ticket:${root.dataset.scope}`);
    this.outbox = new Outbox(`widget:${root.dataset.scope}`);
    this.tabs = new Tabs(`widget:${root.dataset.scope}`);
    this.preview = new TypingPreview(() => this.composer.text, (text) => this.#tellTyping(text.trim() !== "", text));
    this.#listen();
    this.outbox.ready.then(() => {
      this.#recallEmail();
      this.#giveBack();
      this.#showPending();
      this.resume();
    });
  }

  /**
   * @param {Frame} frame
   * @returns {boolean} whether it is news from an operator
   */
  take(frame) {
    const isKnown = this.log.querySelector(`[id="message-${frame.id}"]`) !== null;
    this.log.insert(/** @type {any} */ (frame));
    this.#tellPending();
    return !isKnown && frame.author.kind === "operator";
  }

  /** After a welcome: what was not sent, and what was read meanwhile. */
  resume() {
    this.flush();
    this.cards.resume();
    this.composer.uploadAgain();
    if (this.log.seen) this.connection.post({ type: "read", seq: this.log.seen });
  }

  /** What was this person's is told to nobody any more. */
  end() {
    this.living.abort();
    this.tabs.close();
  }

  flush() {
    if (this.connection.connected) this.outbox.flush(this.connection);
  }

  #listen() {
    this.root.addEventListener("compose", (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      const field = this.#askedEmail;
      const isWrong = field !== null && !field.checkValidity();
      field?.setAttribute("aria-invalid", String(isWrong));
      if (isWrong) {
        event.preventDefault();
        this.composer.problem(field.dataset.wrong ?? "");
        field.focus();
        return;
      }
      this.outbox.add({ ...detail, email: field?.value.trim() || undefined, consent: this.appearance.asked || undefined, ticket: this.about.number || undefined });
      keep.set(this.#emailKey, null);
      this.about.drop();
      this.flush();
    });
    on(this.root, "input", () => this.#askedEmail && keep.set(this.#emailKey, this.#askedEmail.value || null));
    on(this.root, "quote", (quote) => this.composer.quote(quote));
    on(this.root, "edit", (said) => this.composer.correct(said));
    on(this.root, "retract", (said) => this.#retract(said));
    on(this.root, "correction", ({ said, resolve, reject }) => {
      const { id, text, changed } = said;
      this.connection.insist({ type: "correct", message: id, text, changed }).then(resolve, reject);
    });
    this.root.addEventListener("correctlast", (event) => this.log.editLast() && event.preventDefault());
    on(this.root, "dropped", () => this.#showWindow());
    on(this.root, "typing", (detail) => this.#typed(detail.on));
    on(this.root, "input", () => this.#isPreviewed && this.preview.typed());
    on(this.root, "seen", (seen) => {
      this.connection.post({ type: "read", seq: seen.seq });
      this.tabs.tell(seen);
    });
    on(this.tabs, "told", (seen) => this.log.seenElsewhere(seen));
    on(this.outbox, "change", () => this.#showPending());
    on(this.outbox, "refused", () => this.#giveBack());
    on(this.outbox, "settled", ({ entry, ack }) => {
      this.log.confirm(entry.id, ack);
      if (entry.consent) this.#consented(entry.consent);
    });
  }

  /** @param {number} version */
  #consented(version) {
    const { dataset } = this.root;
    dataset.consented = String(Math.max(version, Number(dataset.consented)));
    this.appearance.show();
  }

  /** @param {import("../shared/message-changes.js").Said} said */
  async #retract({ id }) {
    try {
      await this.connection.insist({ type: "retract", message: id });
    } catch (refusal) {
      this.composer.refused(/** @type {import("../shared/connection.js").Refusal} */ (refusal));
    }
  }

  get #emailKey() {
    return `email:${this.root.dataset.scope}`;
  }

  /** What was typed and not yet sent. */
  #recallEmail() {
    const field = /** @type {HTMLInputElement | null} */ (this.root.querySelector("[data-email]"));
    const typed = keep.get(this.#emailKey);
    if (field && typed && field.value === field.defaultValue) field.value = typed;
  }

  /** Where nobody answers just now, a site may ask for it. @returns {HTMLInputElement | null} */
  get #askedEmail() {
    return this.root.querySelector("[data-when]:not([hidden]) > [data-email]");
  }

  /** Whether operators of this site read what is being typed; the window says so. */
  get #isPreviewed() {
    return this.root.dataset.previews !== undefined;
  }

  /** @param {boolean} on */
  #typed(on) {
    if (!on) this.preview.stop();
    if (!on || !this.#isPreviewed) this.#tellTyping(on);
  }

  /** @param {boolean} on @param {string} [text] */
  #tellTyping(on, text = "") {
    this.connection.post({ type: "typing", on, text });
  }

  /** A file dropped on the button is attached where it can be seen. */
  #showWindow() {
    const launcher = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-launcher]"));
    if (launcher && !launcher.hidden) launcher.click();
  }

  /** What the server refused goes back into the field, with the reason. */
  #giveBack() {
    for (const entry of this.outbox.takeRefused()) {
      this.log.removePending(entry.id);
      this.composer.restore(entry, entry.refused ?? "");
    }
  }

  #showPending() {
    for (const entry of this.outbox.pending()) this.log.addPending(entry);
    this.#tellPending();
  }

  #tellPending() {
    const detail = { count: this.outbox.pending().length };
    this.root.dispatchEvent(new CustomEvent("pending", { detail }));
  }
}
