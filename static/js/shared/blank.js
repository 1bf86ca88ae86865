// Spaces, invisible signs, marks without a letter to be on, fillers: as chat/text.py has it.
const SHOWS = /[^\p{Z}\p{M}\p{Cc}\p{Cf}\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\ufff8\u{e0000}-\u{e0fff}]/u;

/** Whether a text shows nothing, and so is none. @param {string} text */
export function isBlank(text) {
  return !SHOWS.test(text);
}
