/** Colours as departments/looks.py reads and judges them, for a form that is being filled in. */
const HEX = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** @param {string} typed @returns {string | null} #5b4a9e; empty for the product's own, null for no colour */
export function readColour(typed) {
  const digits = HEX.exec(typed.trim())?.[1].toLowerCase();
  if (!digits) return typed.trim() ? null : "";
  return `#${digits.length === 6 ? digits : [...digits].map((digit) => digit + digit).join("")}`;
}

/** WCAG 2. @param {string} colour */
export function contrastWithWhite(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

/** @param {number} share */
function linear(share) {
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
