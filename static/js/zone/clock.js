/**
 * Time as the server has it: an operator's machine may be minutes off, and a wait is counted from
 * the server's own stamps.
 */

let skewMs = 0;

/** @param {string} serverNow ISO 8601, as stamped into a page that has just arrived */
export function setClock(serverNow) {
  const at = Date.parse(serverNow);
  if (!Number.isNaN(at)) skewMs = at - Date.now();
}

/** Milliseconds, as Date.now(). */
export function serverNow() {
  return Date.now() + skewMs;
}

/** @param {string} since ISO 8601 @returns {number} whole seconds, never negative */
export function secondsSince(since) {
  return Math.max(0, Math.floor((serverNow() - Date.parse(since)) / 1000));
}

/** @param {string} moment ISO 8601 @returns {number} whole seconds, never negative */
export function secondsUntil(moment) {
  return Math.max(0, Math.ceil((Date.parse(moment) - serverNow()) / 1000));
}

/** @param {number} seconds @returns {string} «0:38», «12:05», «1:02:03» */
export function clock(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = String(Math.floor(seconds) % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

const LATE_S = 60;
const URGENT_S = 180;

/** @param {number} seconds waited */
export function urgency(seconds) {
  if (seconds < LATE_S) return "is-fresh";
  return seconds < URGENT_S ? "is-late" : "is-urgent";
}

/** @param {Element} element @param {number} seconds waited */
export function showUrgency(element, seconds) {
  const wanted = urgency(seconds);
  for (const name of ["is-fresh", "is-late", "is-urgent"]) element.classList.toggle(name, name === wanted);
}

/** The first answer stops the clock of those who wait for one. @param {ParentNode} root @param {string} answeredAt ISO 8601 */
export function stopWaiting(root, answeredAt) {
  const timer = root.querySelector("[data-unanswered]");
  const time = /** @type {HTMLElement | null | undefined} */ (timer?.querySelector("[data-elapsed]"));
  if (!timer || !time) return;
  const seconds = (Date.parse(answeredAt) - Date.parse(time.dataset.elapsed ?? "")) / 1000;
  time.dataset.duration = String(Math.max(0, Math.floor(seconds)));
  delete time.dataset.elapsed;
  timer.removeAttribute("data-unanswered");
  for (const label of timer.querySelectorAll("dt")) label.toggleAttribute("hidden");
}

/** Fills the running and the finished times of a conversation's head. @param {ParentNode} root */
export function showTimers(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-elapsed]"))) {
    const seconds = secondsSince(element.dataset.elapsed ?? "");
    element.textContent = clock(seconds);
    if (element.dataset.urgent !== undefined) showUrgency(element, seconds);
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-duration]"))) {
    element.textContent = clock(Number(element.dataset.duration));
  }
}
