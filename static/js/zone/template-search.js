/**
 * Which templates answer what is typed, the best first. Pure.
 *
 * @typedef {{id: number, code: string, title: string, text: string, group: string, site: number | null, isOwn: boolean, uses: number, files: string[], link: import("../shared/outbox.js").LinkCard | null}} Template files: their names
 * @typedef {{template: Template, code: string, title: string, text: string}} Entry a template as it is searched
 * @typedef {Entry & {words: string[]}} Hit with the words that were found in it
 * @typedef {"all" | "own" | "shared"} Whose
 */
import { readings } from "./matching.js";

/** So many are drawn at most: nobody reads on, and the list stands before the next frame. */
export const MOST_DRAWN = 50;
const EXCERPT = 160;
const BEFORE_HIT = 24;

/** As it is compared, letter for letter in its place. @param {string} text */
export function fold(text) {
  const small = text.toLowerCase();
  // Some letters have more of themselves when they are small; their places must stay.
  const same = small.length === text.length ? small : [...text].map((sign) => (sign.toLowerCase().length === sign.length ? sign.toLowerCase() : sign)).join("");
  return same.replaceAll("ё", "е");
}

/** @param {Template} template @returns {Entry} */
export function entryOf(template) {
  const { code, title, text } = template;
  return { template, code: fold(code.normalize()), title: fold(title.normalize()), text: fold(text.normalize()) };
}

/**
 * Exact code, then the start of the title, then how often this operator used it; then where it was found.
 * @param {Entry[]} entries in the order in which equals stand
 * @param {{query: string, whose?: Whose, site: number}} wanted
 * @returns {Hit[]}
 */
export function find(entries, { query, whose = "all", site }) {
  const meant = readings(query.normalize()).map((words) => ({ words: words.filter(Boolean), typed: words.join(" ") }));
  const hits = [];
  for (const entry of entries) {
    const { template } = entry;
    if (template.site !== null && template.site !== site) continue;
    if (whose !== "all" && template.isOwn !== (whose === "own")) continue;
    const reading = meant.find(({ words }) => words.every((word) => entry.code.includes(word) || entry.title.includes(word) || entry.text.includes(word)));
    if (reading) hits.push({ ...entry, words: reading.words, rank: rankOf(entry, reading) });
  }
  return hits.sort((one, other) => compare(other.rank, one.rank));
}

/** @param {Entry} entry @param {{words: string[], typed: string}} reading */
function rankOf({ template, code, title }, { words, typed }) {
  const isTyped = words.length > 0;
  return [
    Number(isTyped && code === typed),
    Number(isTyped && title.startsWith(typed)),
    template.uses,
    Number(isTyped && (code.startsWith(typed) || words.every((word) => title.includes(word)))),
  ];
}

/** @param {number[]} one @param {number[]} other */
function compare(one, other) {
  const at = one.findIndex((value, place) => value !== other[place]);
  return at < 0 ? 0 : one[at] - other[at];
}

/**
 * What is drawn of them: the best, by whose they are, and whose the best one is first.
 * @template {{template: Template}} T
 * @param {T[]} hits
 * @returns {{isOwn: boolean, count: number, hits: T[]}[]}
 */
export function drawn(hits) {
  const best = hits.slice(0, MOST_DRAWN);
  const order = [...new Set(best.map(({ template }) => template.isOwn))];
  return order.map((isOwn) => ({
    isOwn,
    count: hits.filter(({ template }) => template.isOwn === isOwn).length,
    hits: best.filter(({ template }) => template.isOwn === isOwn),
  }));
}

/**
 * Pieces of a text, those that were found marked.
 * @param {string} text
 * @param {string[]} words folded
 * @returns {{text: string, isFound: boolean}[]}
 */
export function marked(text, words) {
  const among = fold(text);
  const isFound = new Array(text.length).fill(false);
  for (const word of words) {
    for (let at = among.indexOf(word); at >= 0; at = among.indexOf(word, at + word.length)) isFound.fill(true, at, at + word.length);
  }
  /** @type {{text: string, isFound: boolean}[]} */
  const pieces = [];
  let start = 0;
  for (let at = 1; at <= text.length; at += 1) {
    if (at < text.length && isFound[at] === isFound[start]) continue;
    pieces.push({ text: text.slice(start, at), isFound: isFound[start] });
    start = at;
  }
  return text ? pieces : [];
}

/** A line of the text in which the first of the words is seen. @param {string} text @param {string[]} words folded */
export function excerpt(text, words) {
  const line = text.normalize().replace(/\s+/g, " ").trim();
  const among = fold(line);
  const places = words.map((word) => among.indexOf(word)).filter((at) => at >= 0);
  const first = places.length ? Math.min(...places) : 0;
  if (first <= BEFORE_HIT) return line.slice(0, EXCERPT);
  const start = line.indexOf(" ", first - BEFORE_HIT);
  const from = start >= 0 && start < first ? start + 1 : first;
  return `…${line.slice(from, from + EXCERPT)}`;
}
