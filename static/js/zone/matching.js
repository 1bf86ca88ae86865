/**
 * How typed words find a text: whatever the case, «е» for «ё», and a Russian word typed with the
 * keyboard still in English («bdfyjd» finds «Иванов»).
 */
const LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюе";

/** @param {string} text */
export function plain(text) {
  return text.trim().toLowerCase().replaceAll("ё", "е");
}

/** What may have been meant by it, as words. @param {string} query @returns {string[][]} */
export function readings(query) {
  const typed = plain(query);
  const meant = [...typed].map((key) => RUSSIAN[LATIN.indexOf(key)] ?? key).join("");
  return [...new Set([typed, meant])].map((one) => one.split(/\s+/));
}

/** Whether a text holds every word; without words, all do. @param {string} query @param {string} text */
export function holds(query, text) {
  const among = plain(text);
  return readings(query).some((words) => words.every((word) => among.includes(word)));
}

/**
 * How well a text answers: a word may also be its first letters, or letters of it in their order.
 * @param {string} query
 * @param {string} text
 * @returns {number} 0 for not at all
 */
export function rank(query, text) {
  const among = plain(text);
  return Math.max(...readings(query).map((words) => rankOf(words, among)));
}

/** @param {string[]} words @param {string} text */
function rankOf(words, text) {
  const ranks = words.map((word) => rankOfWord(word, text));
  return ranks.includes(0) ? 0 : ranks.reduce((sum, one) => sum + one);
}

/** @param {string} word @param {string} text @returns {number} */
function rankOfWord(word, text) {
  if (text.startsWith(word)) return 4;
  if (text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))) return 3;
  if (text.includes(word)) return 2;
  return isScattered(word, text) ? 1 : 0;
}

/** @param {string} word @param {string} text */
function isScattered(word, text) {
  let at = -1;
  return [...word].every((letter) => (at = text.indexOf(letter, at + 1)) >= 0);
}
