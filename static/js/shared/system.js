/**
 * How this system is written on. On Apple's, Option with a letter writes another letter, so
 * shortcuts take Control and Option together; on a touch screen there is no Shift+Enter, so Enter
 * begins a line. Elements with `[data-alt]` and `[data-ctrl]` name the keys of shortcuts, as tooltips do
 * in brackets; those with `[data-touch]` and `[data-keyboard]` hold on one kind of screen alone (css/base.css).
 */

/** @param {{platform?: string, userAgentData?: {platform: string}}} system */
export function isApple({ platform, userAgentData }) {
  return /^(mac|iphone|ipad|ipod|ios)/i.test(userAgentData?.platform || platform || "");
}

export function isTouch() {
  return matchMedia("(pointer: coarse)").matches;
}

/**
 * The letter, digit or arrow of a shortcut, as `KeyA` or `ArrowUp`, if the modifiers are this system's
 * for shortcuts. Where the layout writes a Latin letter, that is the letter; elsewhere its place.
 * @param {KeyboardEvent} event
 * @param {boolean} [apple]
 * @returns {string | null}
 */
export function shortcut(event, apple = isApple(navigator)) {
  const isMine = event.altKey && event.ctrlKey === apple && !event.metaKey && !event.shiftKey;
  // AltGr writes characters; to Windows it is Control and Alt, to some browsers on a Mac any Option.
  if (!isMine || (!apple && event.getModifierState("AltGraph"))) return null;
  return apple ? event.code : placeOf(event);
}

/** Control and K, of Apple's keyboards Command and K. @param {KeyboardEvent} event @param {boolean} [apple] */
export function isPaletteKey(event, apple = isApple(navigator)) {
  const isMine = event.metaKey === apple && event.ctrlKey !== apple && !event.altKey && !event.shiftKey;
  return isMine && placeOf(event) === "KeyK";
}

/** The key between «?» and the point, also where the layout writes another sign with it. @param {KeyboardEvent} event */
export function isSlash({ key, code, shiftKey }) {
  return key === "/" || (code === "Slash" && !shiftKey);
}

/** @param {KeyboardEvent} event */
export function isTyping(event) {
  return /** @type {Element} */ (event.target).closest('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null;
}

/** The letter where the layout writes a Latin one, else the place of the key. @param {KeyboardEvent} event */
export function placeOf({ key, code }) {
  return /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : code;
}

/** Whether an input method is still composing: Safari reports its last Enter without saying so. @param {KeyboardEvent} event */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** A tooltip as Apple's keyboards have its shortcut. @param {string} title */
export function named(title) {
  return title.replace("(Alt+", "(Control+Option+").replace("(Ctrl+", "(⌘");
}

/** @param {ParentNode} part */
export function nameKeys(part) {
  if (!isApple(navigator)) return;
  for (const name of part.querySelectorAll("[data-alt]")) name.textContent = "Control+Option";
  for (const name of part.querySelectorAll("[data-ctrl]")) name.textContent = "⌘";
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[title]"))) button.title = named(button.title);
}
