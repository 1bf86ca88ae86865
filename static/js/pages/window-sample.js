/**
 * In the frame of site-preview.js: the window's own markup wears what the page around says, and
 * does nothing else.
 *
 * @typedef {import("../widget/widget.js").Look} Look
 * @typedef {"online" | "dialogue" | "offline" | "folded"} State
 */
import "../shared/times.js";
import { Appearance } from "../widget/widget.js";

const root = /** @type {HTMLElement} */ (document.querySelector("sphaera-widget"));
const thread = /** @type {HTMLElement} */ (root.querySelector("[data-thread]"));
const appearance = new Appearance(root);

/** @param {{look: Look, state: State}} told */
function show({ look, state }) {
  const talk = /** @type {HTMLTemplateElement} */ (document.querySelector(`[data-talk="${look.operators ? "visitor" : "nameless"}"]`));
  const isTalking = state === "dialogue";
  thread.replaceChildren(...(isTalking ? [document.importNode(talk.content, true)] : []));
  Object.assign(root.dataset, {
    status: state === "offline" ? "offline" : "online",
    reason: state === "offline" ? "nobody" : "ok",
    state: isTalking ? "active" : "none",
    consented: isTalking ? String(look.notice.version) : "0",
  });
  appearance.isOpen = state !== "folded";
  appearance.name(isTalking ? { name: talk.dataset.operator ?? "", photo: null } : null);
  appearance.wear(look);
}

addEventListener("message", ({ source, origin, data }) => {
  if (source === window.parent && origin === location.origin && data?.look) show(data);
});
window.parent.postMessage({ ready: true }, location.origin);
