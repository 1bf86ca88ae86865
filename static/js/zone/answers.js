/**
 * Not every answer of a form belongs into the pane: a refusal is told, and so is a lost session.
 *
 * @typedef {import("./zone.js").OperatorZone} OperatorZone
 */
import { renewProof } from "../shared/page-headers.js";
import { conversationIn, emit, parse, say, tell } from "./region.js";

const AGAIN = "X-Again";
// Parts of the pane that are asked for anew; in either may be a form that somebody fills in.
const RENEWED = new Set(["workspace", "conversation-actions"]);

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
  const isSame = requestConfig.verb === "get" && RENEWED.has(target.id) && path.endsWith(`/${zone.conversation}/`);
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

/**
 * A page that was open while another tab signed out and in, or whose cookie is gone, proves nothing any
 * more: the refusal brings a fresh proof, and what was asked for is asked for again, once.
 * @param {any} detail of htmx:responseError
 * @returns {boolean} whether it was that
 */
export function askAgain({ xhr, requestConfig }) {
  const proof = xhr.getResponseHeader("X-Fresh-Proof");
  const { verb, path, elt, target, formData, headers } = requestConfig;
  if (!proof || headers[AGAIN]) return false;
  renewProof(proof);
  if (formData.has("csrfmiddlewaretoken")) formData.set("csrfmiddlewaretoken", proof);
  const again = { source: elt, target, values: formData, headers: { "X-CSRFToken": proof, [AGAIN]: "yes" } };
  // After htmx is done with the refused one.
  setTimeout(() => /** @type {any} */ (window).htmx.ajax(verb, path, again));
  return true;
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
