/**
 * How the zone and its regions speak. The zone tells each frame of the server as an event of its
 * own, `frame:<type>` (detail: the frame), a welcome after the messages in it; besides these
 * `welcomed` (all have heard the welcome), `hello` (detail {after}: to be filled in), `status`
 * (detail: Status), `opened` (detail {conversation, isNew}), `looked` (a person is there), `wake`,
 * `gone` (detail {conversation, name}: it may not be
 * seen any more), and of the outbox `unsent`, `sent`, `refused`. A region that throws stops no other: the browser
 * reports it and goes on. What a region wants, it dispatches, bubbling.
 *
 * @typedef {import("../shared/connection.js").Frame} Frame
 * @typedef {import("../shared/connection.js").Refusal} Refusal
 */

/** A frame and what is in it, one by one. @param {Frame} frame @returns {Frame[]} */
export function unfold(frame) {
  return frame.type === "welcome" ? [...(frame.messages ?? []), frame] : [frame];
}

/**
 * Where a hello goes on from, what is open first: the server heeds so many names.
 * @param {Record<string, number>} after
 * @param {string} open
 * @returns {Record<string, number>}
 */
export function openFirst(after, open) {
  return open in after ? { [open]: after[open], ...after } : after;
}

/**
 * In what of the page a fragment belongs.
 * @param {string} target
 * @returns {"visitors" | "operators" | "chats" | "toasts" | "workspace" | "page"}
 */
export function ownerOf(target) {
  if (target === "toasts") return "toasts";
  if (target.startsWith("visitor-")) return "visitors";
  if (target.startsWith("operator-")) return "operators";
  if (target.startsWith("chat-")) return "chats";
  return target.startsWith("workspace-") ? "workspace" : "page";
}

/** Which conversation an address of the zone is about; empty for none. @param {string} address */
export function conversationIn(address) {
  return /\/chat\/(?:internal\/)?([\w-]+)\//.exec(address)?.[1] ?? "";
}

/** @param {EventTarget} zone @param {string} name @param {any} [detail] */
export function tell(zone, name, detail) {
  zone.dispatchEvent(new CustomEvent(name, { detail }));
}

/** @param {EventTarget} zone @param {Frame} frame */
export function tellFrame(zone, frame) {
  for (const one of unfold(frame)) tell(zone, `frame:${one.type}`, one);
}

/**
 * Calls the act of each event that reaches the zone, until it is aborted.
 * @param {Element} region
 * @param {Record<string, (detail: any, event: Event) => void>} acts
 * @returns {AbortController}
 */
export function hear(region, acts) {
  const hearing = new AbortController();
  const { signal } = hearing;
  for (const [name, act] of Object.entries(acts)) {
    zoneOf(region)?.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail, event), { signal });
  }
  return hearing;
}

/** @param {Element | null | undefined} region */
export function zoneOf(region) {
  return /** @type {import("./zone.js").OperatorZone | null} */ (region?.closest("operator-zone") ?? null);
}

/** Whether a person looks at that conversation. @param {Element} region @param {string} conversation */
export function isSeen(region, conversation) {
  return isLooking() && conversation === zoneOf(region)?.conversation;
}

export function isLooking() {
  return !document.hidden && document.hasFocus();
}

/** @param {EventTarget} region @param {string} name @param {any} [detail] */
export function emit(region, name, detail) {
  region.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

/** Without an answer; forgotten while there is no link. @param {EventTarget} region @param {Frame} frame */
export function send(region, frame) {
  emit(region, "send", frame);
}

/**
 * Waits for a link that is just being made; one that is known to be lost refuses at once.
 * @param {EventTarget} region
 * @param {Frame} frame
 * @returns {Promise<Frame>} the ack; rejects with a Refusal
 */
export function ask(region, frame) {
  return new Promise((resolve, reject) => emit(region, "request", { frame, resolve, reject }));
}

/** Says in a toast words that the page carries. @param {EventTarget} region @param {import("./toasts.js").Words} name @param {string} [reason] */
export function say(region, name, reason) {
  emit(region, "say", { name, reason });
}

/** @param {EventTarget} region @param {Refusal} refusal */
export function explain(region, { code, detail }) {
  if (code === "disconnected" || !detail) say(region, "offline");
  else emit(region, "say", { words: detail });
}

/** @param {string} html one root element, rendered and escaped by the server */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return /** @type {HTMLElement | null} */ (template.content.firstElementChild);
}
