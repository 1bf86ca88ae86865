/**
 * The link card of a template: in the panel's preview, and among what is attached in the composer.
 *
 * @typedef {import("../shared/outbox.js").FileRef} FileRef
 * @typedef {import("../shared/outbox.js").LinkCard} LinkCard
 */

/** As an attached thing; the same card again is the same one. @param {LinkCard} link @returns {FileRef} */
export function attached(link) {
  return { id: `${link.title}\n${link.url}`, name: link.title, size: 0, link };
}

/** Where it really leads, and whether that could be taken for another place. @param {Element} card @param {LinkCard} link */
export function fillCard(card, { title, domain, rest, isMixed }) {
  part(card, "name").textContent = title;
  part(card, "domain").textContent = domain;
  part(card, "rest").textContent = rest;
  part(card, "mixed").hidden = !isMixed;
}

/**
 * What is composed, as messages: a card is one by itself, and a note takes none.
 * @param {{text: string, files: FileRef[], note: boolean}} composed
 * @returns {{words: FileRef[] | null, cards: FileRef[]}} the files that go with the words, null where there is nothing but cards
 */
export function sorted({ text, files, note }) {
  const cards = note ? [] : files.filter(({ link }) => link);
  const words = note ? [] : files.filter(({ link }) => !link);
  return { words: text || words.length || !cards.length ? words : null, cards };
}

/** @param {Element} card @param {string} name */
function part(card, name) {
  return /** @type {HTMLElement} */ (card.querySelector(`[data-${name}]`));
}
