/**
 * What a quote shows of a message, in the log and above the field.
 *
 * @typedef {{id: string, author: string, text: string, isNote?: boolean}} Quote
 */
const MOST_CHARACTERS = 200;

/** So much of a text as a quote shows, on one line; chat/wire/messages.py does the same. @param {string} text */
export function gist(text) {
  return [...text.trim().replace(/\s+/g, " ")].slice(0, MOST_CHARACTERS).join("");
}

/** As it was written, of a link its title and address, or nothing for files alone. @param {Element} message */
export function textOf(message) {
  const link = /** @type {HTMLAnchorElement | null} */ (message.querySelector("a.link-card"));
  if (link) return [link.querySelector(".link-card__title")?.textContent, link.href].join("\n");
  return message.querySelector(".message__text")?.textContent ?? "";
}

/** @param {HTMLElement} message @param {string} [you] what its reader's own messages are signed with @returns {Quote} */
export function quoteOf(message, you) {
  const names = [...message.querySelectorAll(".attachment__name")].map((name) => name.textContent);
  const author = message.querySelector("[data-by], .message__author")?.textContent ?? "";
  return {
    id: message.dataset.id ?? "",
    author: you && message.matches(".message--out") ? you : author,
    text: gist(textOf(message) || names.join(", ")),
    isNote: message.matches(".message--note"),
  };
}

/** @param {Element} block shared/_quote.html @param {Quote} quote */
export function fillQuote(block, { id, author, text }) {
  block.removeAttribute("hidden");
  block.setAttribute("data-quoted", id);
  /** @type {Element} */ (block.querySelector(".quote__author")).textContent = author;
  /** @type {Element} */ (block.querySelector(".quote__text")).textContent = text;
}
