/**
 * Which numbers of a conversation are in the log: from `first`, where the page began to show it, up
 * to `last` without a gap, and some `beyond` one.
 *
 * @typedef {{first: number, last: number, beyond: Set<number>}} Track
 */

/** @param {Iterable<number>} seqs what a page shows at first: it may begin anywhere @returns {Track} */
export function trackOf(seqs) {
  const sorted = [...seqs].sort((a, b) => a - b);
  const first = sorted[0] ?? 1;
  const track = { first, last: first - 1, beyond: /** @type {Set<number>} */ (new Set()) };
  for (const seq of sorted) follow(track, seq);
  return track;
}

/**
 * Takes note of a sequence number.
 * @param {Track} track
 * @param {number} seq
 * @returns {boolean} whether a number before it is missing
 */
export function follow(track, seq) {
  if (seq > track.last) track.beyond.add(seq);
  while (track.beyond.delete(track.last + 1)) track.last += 1;
  return hasHole(track);
}

/** @param {Track} track */
export function hasHole(track) {
  return track.beyond.size > 0;
}

/** Whether a number belongs to what is shown on demand only, page by page. @param {Track} track @param {number} seq */
export function isEarlier(track, seq) {
  return seq < track.first;
}

/** A page of earlier messages was put before the first. @param {Track} track @param {number[]} seqs */
export function extend(track, seqs) {
  track.first = Math.min(track.first, ...seqs);
}
