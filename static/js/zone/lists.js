/**
 * `<zone-lists>` around the lists of visitors, operators and chats: puts in what the server renders
 * anew, and asks for all of it where something may have been missed. Any other part of the page
 * that a fragment names is replaced too.
 *
 * @typedef {import("../shared/pop-over.js").PopOver} PopOver
 * @typedef {import("./region.js").Frame} Frame
 * @typedef {{told: Set<string>, said: import("./visitor-list.js").Message[]}} Since what came since
 *   lists were asked for: the targets of fragments, and messages
 */
import { pageHeaders } from "../shared/page-headers.js";
import { setClock } from "./clock.js";
import { emit, hear, ownerOf, parse, zoneOf } from "./region.js";

const AGAIN_MS = 5000;

export class ZoneLists extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;
  /** @type {Since | null} while the lists are asked for */
  #since = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;

  connectedCallback() {
    setClock(this.#visitors.dataset.now ?? "");
    this.#hearing = hear(this, {
      "frame:message": (message) => this.list.row(message.conversation) && this.#since?.said.push(message),
      "frame:fragment": (fragment) => this.#fragmentCame(fragment),
      welcomed: () => {
        this.#readIfSeen();
        this.#renew();
      },
      opened: () => this.#readIfSeen(),
      wake: () => this.#renew(),
      listshort: () => this.#renew(),
      // Signed out meanwhile: perhaps another has signed in.
      looked: () => zoneOf(this)?.status.kind === "refused" && this.#renew(),
    });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
    clearTimeout(this.#again);
  }

  get list() {
    return /** @type {import("./visitor-list.js").VisitorList} */ (this.querySelector("visitor-list"));
  }

  get operators() {
    return /** @type {import("./operator-list.js").OperatorList} */ (this.querySelector("operator-list"));
  }

  /** Chats among staff. */
  get chats() {
    return /** @type {import("./room-list.js").ChatList} */ (this.querySelector("chat-list"));
  }

  get #visitors() {
    return /** @type {HTMLElement} */ (this.querySelector("#visitors"));
  }

  /** @param {Frame} fragment */
  #fragmentCame({ target, html, action }) {
    this.#since?.told.add(target);
    const owner = ownerOf(target);
    if (action === "remove") return this.#drop(owner, target);
    const element = parse(html);
    if (!element) return;
    if (owner === "visitors") {
      this.list.put(element);
      this.#readIfSeen();
    } else if (owner === "operators") this.operators.put(element);
    else if (owner === "chats") this.chats.putRow(element);
    else if (owner !== "page") return;
    else if (action === "append") document.getElementById(target)?.append(element);
    else replaceKeepingPlace(document.getElementById(target), element);
  }

  /** @param {ReturnType<typeof ownerOf>} owner @param {string} target */
  #drop(owner, target) {
    if (owner === "visitors") this.list.drop(target);
    else if (owner === "operators") this.operators.drop(target);
    else if (owner === "chats") this.chats.drop(target.slice("chat-".length));
    else if (owner === "page") document.getElementById(target)?.remove();
  }

  async #renew() {
    const zone = zoneOf(this);
    // What frames tell from now on is newer than the answer, which the server may have begun before.
    const since = (this.#since = { told: new Set(), said: [] });
    clearTimeout(this.#again);
    const response = await fetch(`${zone?.dataset.home}?part=lists`, { headers: { "HX-Request": "true", ...pageHeaders() } }).catch(() => null);
    if (response?.headers.has("HX-Trigger")) return emit(this, "anotheraccount");
    const html = response?.ok ? await response.text().catch(() => "") : "";
    if (!zone || since !== this.#since) return;
    this.#since = null;
    if (response?.redirected) return; // signed out
    // Nothing else tells what was written while there was no link.
    if (!html) this.#again = setTimeout(() => this.isConnected && this.#renew(), AGAIN_MS);
    else this.#show(new DOMParser().parseFromString(html, "text/html"), zone, since);
  }

  /** @param {Document} fresh @param {HTMLElement} zone @param {Since} since */
  #show(fresh, zone, { told, said }) {
    const visitors = /** @type {HTMLElement | null} */ (fresh.querySelector("#visitors"));
    const operators = fresh.querySelector("#operators");
    if (!visitors || !operators) return;
    setClock(visitors.dataset.now ?? "");
    Object.assign(zone.dataset, { departments: visitors.dataset.departments, administrator: visitors.dataset.administrator });
    this.list.renew(document.adoptNode(visitors), told, said);
    this.#renewOperators(document.adoptNode(operators), told);
    if (![...told].some((target) => ownerOf(target) === "chats")) this.chats.renew(fresh.querySelector("#chats"));
    this.#readIfSeen();
  }

  /** Rows that frames have told of meanwhile are newer. @param {Element} fresh @param {Set<string>} told */
  #renewOperators(fresh, told) {
    const newer = [...told].filter((target) => ownerOf(target) === "operators").map((id) => /** @type {const} */ ([id, this.operators.row(id)]));
    replaceKeepingPlace(this.querySelector("#operators"), fresh);
    for (const [id, row] of newer) row ? this.operators.put(row) : this.operators.drop(id);
  }

  /** What was looked at in what is open is not counted by its row. */
  #readIfSeen() {
    const workspace = /** @type {import("./workspace.js").ZoneWorkspace | null | undefined} */ (zoneOf(this)?.querySelector("zone-workspace"));
    if (!workspace?.log) return;
    this.list.markRead(workspace.conversation, workspace.log.unread);
    this.chats.markRead(workspace.conversation, workspace.log.unread);
  }
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

customElements.define("zone-lists", ZoneLists);
