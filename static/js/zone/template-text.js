/**
 * What stands for something in a template: {имя}. Pure; chat/placeholders.py has the same words.
 *
 * @typedef {Record<string, string | null | undefined>} Values of what is known; null for what has none
 * @typedef {{text: string, name: string, isMissing: boolean}} Part name: of the placeholder that it stands for
 */
const WORD = /\{([\p{L}\p{N}_]{1,40})\}/gu;

/** @param {string} text @returns {string[]} */
export function wordsIn(text) {
  return [...text.matchAll(WORD)].map((found) => found[1]);
}

/** As it will be read, piece by piece. @param {string} text @param {Values} values @returns {Part[]} */
export function partsOf(text, values) {
  /** @type {Part[]} */
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(WORD)) {
    const [whole, name] = found;
    if (found.index > end) parts.push({ text: text.slice(end, found.index), name: "", isMissing: false });
    parts.push({ text: values[name] || whole, name, isMissing: !values[name] });
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), name: "", isMissing: false });
  return parts;
}

/** What has no value stays as it is. @param {string} text @param {Values} values */
export function fillIn(text, values) {
  return partsOf(text, values).map((part) => part.text).join("");
}

/**
 * The first of these names that still stands in braces.
 * @param {string} text
 * @param {Set<string>} names
 * @returns {{name: string, start: number, end: number} | null}
 */
export function firstUnfilled(text, names) {
  for (const found of text.matchAll(WORD)) {
    if (names.has(found[1])) return { name: found[1], start: found.index, end: found.index + found[0].length };
  }
  return null;
}
