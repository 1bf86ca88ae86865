/**
 * A button that is rendered anew between the two halves of a press gets no click from the browser.
 * Whoever still points at the same button of the same conversation has pressed it.
 */
const NAMES_IT = /^(href|hx-|data-|aria-label$)/;

/** @type {HTMLElement | null} */
let pressed = null;

/** @param {PointerEvent} event @param {Element | null} target */
const controlAt = (event, target) =>
  event.button === 0 ? /** @type {HTMLElement | null} */ (target?.closest("button, a[href]") ?? null) : null;

/** What an element does, and in which conversation. @param {HTMLElement} element */
function deedOf(element) {
  const names = [...element.attributes].filter(({ name }) => NAMES_IT.test(name)).map(({ name, value }) => `${name}=${value}`);
  const place = /** @type {HTMLElement | null} */ (element.closest("[data-conversation]"));
  return [element.localName, place?.dataset.conversation, ...names.sort()].join("\n");
}

addEventListener("pointerdown", (event) => {
  pressed = controlAt(event, /** @type {Element} */ (event.target));
}, { capture: true });

addEventListener("pointerup", (event) => {
  const was = pressed;
  pressed = null;
  if (!was || was.isConnected) return;
  const now = controlAt(event, document.elementFromPoint(event.clientX, event.clientY));
  // Only what says what it does can be told from its neighbours.
  if (now && deedOf(now) === deedOf(was) && deedOf(was).includes("=")) now.click();
}, { capture: true });
