/**
 * `<zone-aftermath>`: after a conversation was closed or handed over, a line in the corner takes it
 * back for eight seconds, and names the head of the queue of all who wait for a word: one press opens or accepts
 * them. With nobody waiting a closed conversation leaves the pane.
 *
 * @typedef {"close" | "transfer"} Deed
 * @typedef {import("./visitor-list.js").VisitorList} VisitorList
 */
import { acceptRow } from "./accept.js";
import { hear, zoneOf } from "./region.js";
import { compare } from "./visitor-list.js";

const UNDO_MS = 8000;

/**
 * What a form has done, by its address; null for what is not of this kind.
 * @param {{verb: string, path: string}} request
 * @returns {{deed: Deed, conversation: string} | null}
 */
export function deedOf({ verb, path }) {
  const [, conversation, deed] = /\/chat\/([\w-]+)\/(close|transfer)\/$/.exec(path) ?? [];
  return verb === "post" && deed ? { deed: /** @type {Deed} */ (deed), conversation } : null;
}

/**
 * The head of the queue of all who wait for a word: those who ring and those whose words are unread.
 * @template {{dataset: DOMStringMap}} T rows
 * @param {T[]} rows
 * @returns {T | undefined}
 */
export function nextOf(rows) {
  return [...rows].sort((one, other) => compare("waiting", one.dataset, other.dataset))[0];
}

export class ZoneAftermath extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {HTMLElement | null} the line that is shown */
  #line = null;
  /** @type {ReturnType<typeof deedOf>} what it is about */
  #done = null;

  connectedCallback() {
    this.#hearing = hear(this, {
      "htmx:afterSettle": (settled) => settled?.xhr?.status === 200 && this.#did(deedOf(settled.requestConfig)),
      "frame:conversation": ({ id, state }) => this.#done?.deed === "close" && id === this.#done.conversation && state !== "closed" && this.#forget(),
      "frame:fragment": ({ target, html }) => this.#done?.deed === "transfer" && target === `transfer-strip-${this.#done.conversation}` && !html.includes("data-expires") && this.#forget(),
      listchange: () => this.#offer(),
    });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  /** @param {ReturnType<typeof deedOf>} done */
  #did(done) {
    const zone = zoneOf(this);
    const workspace = zone?.workspace;
    if (!zone || !done || workspace?.conversation !== done.conversation) return;
    const isPending = workspace.querySelector("transfer-strip[data-expires]") !== null;
    this.#forget();
    this.#done = done;
    this.#say(done, done.deed === "close" || isPending, workspace.querySelector(".who h2")?.textContent?.trim() ?? "");
    const next = this.#offer();
    if (next) next.focus();
    else if (done.deed === "close") zone.clear();
  }

  /** @param {{deed: Deed, conversation: string}} done @param {boolean} isToBeUndone @param {string} name */
  #say({ deed, conversation }, isToBeUndone, name) {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const line = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild);
    const undo = /** @type {HTMLElement} */ (line.querySelector("[data-undo]"));
    /** @type {HTMLElement} */ (line.querySelector("[data-words]")).textContent = (this.dataset[deed] ?? "").replace("{name}", name);
    undo.hidden = !isToBeUndone;
    undo.setAttribute("hx-post", `${zoneOf(this)?.dataset.home}${conversation}/${deed === "close" ? "reopen/" : "transfer/cancel/"}`);
    if (deed === "transfer") undo.setAttribute("hx-swap", "none");
    line.addEventListener("click", (event) => this.#pressed(/** @type {Element} */ (event.target)));
    line.addEventListener("htmx:afterRequest", (event) => /** @type {CustomEvent} */ (event).detail.xhr.status && this.#forget());
    this.#line = line;
    this.append(line);
    /** @type {any} */ (window).htmx?.process(line);
    const leave = () => setTimeout(() => (line.matches(":hover, :focus-within") ? leave() : line === this.#line && this.#forget()), UNDO_MS);
    leave();
  }

  #forget() {
    this.#line?.remove();
    this.#line = this.#done = null;
  }

  /** @returns {HTMLElement | undefined} the row of who is next */
  get #next() {
    const zone = zoneOf(this);
    const list = /** @type {VisitorList | null | undefined} */ (zone?.querySelector("visitor-list"));
    const presence = /** @type {import("./presence.js").PresenceSwitch | null | undefined} */ (zone?.querySelector("presence-switch"));
    const waiting = presence?.value === "online" ? list?.ringing ?? [] : [];
    const unread = (list?.rows("mine") ?? []).filter((row) => row.dataset.unread !== "0");
    return nextOf([...waiting, ...unread].filter((row) => row.dataset.conversation !== this.#done?.conversation));
  }

  /** Whoever is next at this moment. @returns {HTMLElement | null} the button */
  #offer() {
    const button = /** @type {HTMLElement | null | undefined} */ (this.#line?.querySelector("[data-next]"));
    if (!button) return null;
    const row = this.#next;
    button.hidden = !row;
    /** @type {HTMLElement} */ (button.querySelector("[data-name]")).textContent = row?.dataset.name ?? "";
    return row ? button : null;
  }

  /** @param {Element} target */
  #pressed(target) {
    if (target.closest("[data-dismiss]")) return this.#forget();
    const zone = zoneOf(this);
    const row = this.#next;
    const button = target.closest("[data-next]");
    if (!zone || !row || !button) return undefined;
    button.remove();
    if (row.closest('[data-group="waiting"]')) return acceptRow(zone, row);
    return row.querySelector("a")?.click();
  }
}

customElements.define("zone-aftermath", ZoneAftermath);
