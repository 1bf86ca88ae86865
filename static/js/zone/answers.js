/**
 * Not every answer of a form belongs into the pane: a refusal is told, and so is a lost session.
 *
 * @typedef {import("./zone.js").OperatorZone} OperatorZone
 */
import { conversationIn, emit, parse, say, tell } from "./region.js";

/**
 * @param {{isRetargeted: boolean, isRefusal: boolean, path: string, wouldTakeForm: boolean}} answer
 * @returns {"swap" | "renew" | "refused" | "signedOut"}
 */
export function verdictOf({ isRetargeted, isRefusal, path, wouldTakeForm }) {
  // A form that comes back with its words goes to where it was.
  if (isRetargeted) return "swap";
  if (isRefusal) return "refused";
  if (path.startsWith("/login/")) return "signedOut";
  return wouldTakeForm ? "renew" : "swap";
}

/** @param {OperatorZone} zone @param {any} detail of htmx:beforeSwap */
export function guardSwap(zone, detail) {
  const { xhr, requestConfig, target, serverResponse } = detail;
  const path = new URL(xhr.responseURL || location.href, location.href).pathname;
  const refusal = [409, 422].includes(xhr.status) ? parse(serverResponse) : null;
  // What is open was asked for again, and a form of it opened before the answer.
  const isSame = requestConfig.verb === "get" && target.id === "workspace" && path.endsWith(`/${zone.conversation}/`);
  const verdict = verdictOf({
    isRetargeted: Boolean(xhr.getResponseHeader("HX-Retarget")),
    isRefusal: refusal !== null,
    path,
    wouldTakeForm: isSame && zone.workspace?.openForm !== undefined,
  });
  if (verdict === "swap") return undefined;
  detail.shouldSwap = false;
  if (verdict === "renew") return zone.renew();
  if (verdict === "signedOut") return zone.signOut();
  emit(zone, "say", { words: refusal?.textContent?.trim() ?? "" });
  return zone.load(zone.conversation);
}

/** @param {OperatorZone} zone @param {XMLHttpRequest} xhr of htmx:responseError */
export function tellFailure(zone, { status, responseURL, responseText }) {
  if (status === 409 || status === 422) return;
  const refusal = status === 403 ? parse(responseText) : null;
  if (refusal?.matches("[data-refusal]")) return emit(zone, "say", { words: refusal.textContent ?? "" });
  if (status === 404 && responseURL.endsWith(`/${zone.conversation}/`)) return zone.leave();
  if (status === 404) return tell(zone, "gone", { conversation: conversationIn(responseURL), name: "missing" });
  say(zone, "failed");
}
