/** What typed words find, in the rail of visitors and in the palette. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { holds, rank } from "../../static/js/zone/matching.js";
import { define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
const { isWanted } = await import("../../static/js/zone/visitor-search.js");

const ROW = "Орлова Марина Сергеевна  Не приходит счёт СФ-2026/0418 Мои";

for (const [what, query, found] of [
  ["nothing typed", "  ", true],
  ["a part of the name, in any case", "МАРИ", true],
  ["words in another order", "марина орлова", true],
  ["«е» for «ё»", "счет", true],
  ["a part of the contract", "0418", true],
  ["the group", "мои орл", true],
  ["English letters on the keys of a Russian word", "jhkjdf", true],
  ["a word that is not there", "марина договор", false],
]) {
  test(`${what} finds ${found ? "the row" : "nothing"}`, () => assert.equal(holds(query, ROW), found));
}

test("chosen groups are looked through alone", () => {
  const row = { text: ROW, group: "mine" };
  const found = [[], ["mine"], ["waiting", "mine"], ["waiting"]].map((groups) => isWanted({ words: "орлова", groups }, row));
  assert.deepEqual(found, [true, true, true, false]);
});

test("the beginning comes before a later word, that before a middle, and scattered letters last", () => {
  const found = ["Передать обращение", "Обращение передать", "Не передать", "Передумать", "Закрыть"];
  assert.deepEqual(found.map((text) => rank("перед", text)), [4, 3, 3, 4, 0]);
  assert.equal(rank("редат", "Передать"), 2);
  assert.equal(rank("зкобр", "Закрыть обращение"), 1);
  assert.equal(rank("gthtl", "Передать"), 4);
});

test("every word must be there in some way", () => {
  assert.ok(rank("орл мар", "Орлова Марина") > rank("орл", "Орлова Марина"));
  assert.equal(rank("орл щщщ", "Орлова Марина"), 0);
});

const { answersTo, chosenAfter } = await import("../../static/js/zone/palette.js");

test("what answers best comes first, and of equals what stood first", () => {
  const labels = ["Закрыть обращение", "Передать", "Орлова Марина", "Перерыв"].map((label) => ({ label }));
  assert.deepEqual(answersTo(labels, "").map(({ label }) => label), ["Закрыть обращение", "Передать", "Орлова Марина", "Перерыв"]);
  assert.deepEqual(answersTo(labels, "пер").map(({ label }) => label), ["Передать", "Перерыв"]);
  assert.deepEqual(answersTo(labels, "ор").map(({ label }) => label), ["Орлова Марина", "Закрыть обращение"]);
});

test("arrows go round what was found, other keys stay with the field", () => {
  assert.deepEqual([chosenAfter("ArrowDown", 2, 3), chosenAfter("ArrowUp", 0, 3), chosenAfter("a", 1, 3)], [0, 2, undefined]);
  assert.equal(chosenAfter("ArrowDown", 0, 0), undefined);
});
