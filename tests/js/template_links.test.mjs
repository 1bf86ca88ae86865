/** The card of a template: what it goes out as, beside the words that it came with. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { attached, sorted } from "../../static/js/zone/template-links.js";
import { Profile, load } from "./browser.mjs";

const LINK = { title: "Порты", url: "https://a.ru/", domain: "a.ru", rest: "", isMixed: false };
const CARD = attached(LINK);
const FILE = { id: "1", name: "схема.txt", size: 4 };

test("the same card twice is one thing that is attached", () => assert.equal(attached(LINK).id, attached({ ...LINK }).id));

for (const [what, composed, expected] of [
  ["words and a card are two messages", { text: "Вот", files: [CARD] }, { words: [], cards: [CARD] }],
  ["a card alone is one", { text: "", files: [CARD] }, { words: null, cards: [CARD] }],
  ["files go with the words", { text: "Вот", files: [FILE, CARD] }, { words: [FILE], cards: [CARD] }],
  ["files without words go before the card", { text: "", files: [CARD, FILE] }, { words: [FILE], cards: [CARD] }],
  ["a note takes neither", { text: "Вот", files: [FILE, CARD], note: true }, { words: [], cards: [] }],
  ["nothing at all is left to be refused", { text: "", files: [] }, { words: [], cards: [] }],
]) {
  test(what, () => assert.deepEqual(sorted({ note: false, ...composed }), expected));
}

test("it is sent with the domain that its sender was shown, and is no file", async () => {
  new Profile().open();
  const { Outbox } = await load("shared/outbox");
  const box = new Outbox("a");
  box.add({ text: "", files: [CARD], conversation: "x" });
  /** @type {any[]} */
  const sent = [];
  await box.flush(/** @type {any} */ ({ connected: true, request: async (frame) => sent.push(frame) }));
  assert.deepEqual(sent.map(({ files, link }) => ({ files, link })), [
    { files: [], link: { title: "Порты", url: "https://a.ru/", even_mixed: "a.ru" } },
  ]);
});
