/** «Принять», wherever it stands: the link answers, and what was accepted opens. */
import { ask, emit, explain, zoneOf } from "./region.js";

/** @typedef {import("./visitor-list.js").VisitorList} VisitorList */

/** The head of the queue, as its row offers it. @param {HTMLElement} zone */
export function acceptNext(zone) {
  const next = /** @type {VisitorList | null} */ (zone.querySelector("visitor-list"))?.rows("waiting")[0];
  if (next) acceptRow(zone, next);
}

/** @param {HTMLElement} zone @param {HTMLElement} row of those who wait */
export function acceptRow(zone, row) {
  const decision = row.classList.contains("is-invited") ? "[data-join]" : "[data-accept-transfer]";
  const offered = /** @type {HTMLElement | null} */ (row.querySelector(decision));
  if (offered) return offered.click();
  accept(zone, row.dataset.conversation ?? "");
}

/** @param {HTMLElement} zone @param {string} conversation */
async function accept(zone, conversation) {
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (zone.querySelectorAll(`[data-accept="${conversation}"]`));
  for (const button of buttons) button.classList.add("is-busy");
  try {
    await ask(zone, { type: "accept", conversation });
    emit(zone, "open", { conversation, isAccepted: true });
  } catch (refusal) {
    explain(zone, /** @type {import("./region.js").Refusal} */ (refusal));
  } finally {
    for (const button of buttons) button.classList.remove("is-busy");
  }
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-accept]"));
  const zone = zoneOf(button);
  if (button && zone) accept(zone, button.dataset.accept ?? "");
});
