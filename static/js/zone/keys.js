/**
 * Keys of the zone.
 *
 * @typedef {import("./visitor-list.js").VisitorList} VisitorList
 * @typedef {import("./composer.js").ZoneComposer} ZoneComposer
 */
import "../shared/name-keys.js";
import { isComposing, isPaletteKey, isSlash, isTyping, shortcut } from "../shared/system.js";
import { acceptNext } from "./accept.js";
import { closeDrawer, showInformation } from "./panes.js";

/** Where F6 stops, and what it focuses there: the first that is found. @type {Record<string, string[]>} */
const REGIONS = {
  ".visitors": ['.visitor__link[tabindex="0"]', "summary"],
  ".conversation": ["textarea", ".empty-zone"],
  ".information": [".information-scroll"],
  ".operators": ['.operator__open[tabindex="0"]', "button"],
};

/** The button that a shortcut presses, wherever it stands now. @type {Record<string, string>} */
const BUTTONS = {
  KeyT: "[data-transfer-conversation]",
  KeyI: "[data-invite-operator]",
  KeyR: "[data-register-ticket]",
  KeyQ: "[data-close-conversation]",
};

/** @param {HTMLElement} zone @param {KeyboardEvent} event */
export function pressKey(zone, event) {
  if (event.defaultPrevented || isComposing(event)) return;
  const act = actOf(zone, event);
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {HTMLElement} zone @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function actOf(zone, event) {
  const palette = /** @type {import("./palette.js").CommandPalette | null} */ (zone.querySelector("command-palette"));
  const dialog = /** @type {Element} */ (event.target).closest("dialog");
  // What is asked in a dialog is answered first.
  if (dialog && !palette?.contains(dialog)) return undefined;
  if (isPaletteKey(event)) return () => palette?.toggle();
  if (dialog) return undefined;
  return event.altKey ? byShortcut(zone, shortcut(event)) : plain(zone, event);
}

/** @param {HTMLElement} zone @param {string | null} pressed @returns {(() => void) | undefined} */
function byShortcut(zone, pressed) {
  const list = /** @type {VisitorList} */ (zone.querySelector("visitor-list"));
  const composer = /** @type {ZoneComposer | null} */ (zone.querySelector("zone-composer"));
  const button = /** @type {HTMLElement | null} */ (pressed && pressed in BUTTONS ? zone.querySelector(BUTTONS[pressed]) : null);
  if (button) return () => button.click();
  const step = /** @type {HTMLElement | null} */ (pressed?.startsWith("Digit") ? zone.querySelector(`[data-step="${pressed.slice("Digit".length)}"]`) : null);
  if (step) return () => goTo(zone, step);
  switch (pressed) {
    case "KeyA":
      return () => acceptNext(zone);
    case "ArrowDown":
      return () => list.openNext(1);
    case "ArrowUp":
      return () => list.openNext(-1);
    case "KeyN":
      return composer ? () => composer.toggleNote() : undefined;
    default:
      return undefined;
  }
}

/** To a step of the identification, wherever the panel is. @param {HTMLElement} zone @param {HTMLElement} step */
function goTo(zone, step) {
  showInformation(zone);
  step.focus();
  if (step instanceof HTMLInputElement) step.select();
}

/** @param {HTMLElement} zone @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function plain(zone, event) {
  if (event.ctrlKey || event.metaKey) return undefined;
  if (event.key === "F1") return () => /** @type {import("./help-drawer.js").HelpDrawer | null} */ (zone.querySelector("help-drawer"))?.toggle();
  if (event.key === "F6") return () => nextRegion(zone, event.shiftKey ? -1 : 1);
  if (event.key === "Escape" && zone.classList.contains("information-open")) return () => closeDrawer(zone);
  return isTyping(event) ? undefined : bySign(zone, event);
}

/** @param {HTMLElement} zone @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function bySign(zone, event) {
  const search = /** @type {import("./visitor-search.js").VisitorSearch | null} */ (zone.querySelector("visitor-search"));
  if (event.key === "?") return () => document.getElementById("keys")?.togglePopover();
  return search && isSlash(event) ? () => search.open() : undefined;
}

/** @param {HTMLElement} zone @param {1 | -1} step */
function nextRegion(zone, step) {
  const stops = Object.entries(REGIONS).flatMap(([name, places]) => {
    const region = /** @type {HTMLElement | null} */ (zone.querySelector(name));
    const place = places.map((one) => region?.querySelector(one)).find(Boolean);
    return region?.offsetParent && place ? [{ region, place: /** @type {HTMLElement} */ (place) }] : [];
  });
  const at = stops.findIndex(({ region }) => region.contains(document.activeElement));
  const next = at < 0 ? 0 : (at + step + stops.length) % stops.length;
  stops[next]?.place.focus();
}
