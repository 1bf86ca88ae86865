/** «На сайте»: which page it is, and what is found by the server. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
const { rangeOf, shows } = await import("../../static/js/zone/site-list.js");
const { isWanted } = await import("../../static/js/zone/visitor-search.js");
define("document", Object.assign(new EventTarget(), { hidden: true }));
define("window", Object.assign(new EventTarget(), {}));

const PEOPLE = { type: "people", words: "орлова", page: 2, pages: 3, count: 120, html: "" };

for (const [what, view, isShown] of [
  ["the page that was asked for", { words: "орлова", page: 2 }, true],
  ["another page of the same", { words: "орлова", page: 1 }, false],
  ["the same page by other words, which come too late", { words: "", page: 2 }, false],
]) {
  test(`${what} is ${isShown ? "shown" : "not shown"}`, () => assert.equal(shows(view, PEOPLE), isShown));
}

test("of a page that is there no more the last one is shown", () => {
  const view = { words: "", page: 9 };
  assert.ok(shows(view, { ...PEOPLE, words: "", page: 3 }));
  assert.ok(!shows({ words: "", page: 3 }, { ...PEOPLE, words: "", page: 2 }));
});

test("a page tells which of all it shows", () => {
  assert.deepEqual([rangeOf(1, 50, 120), rangeOf(3, 50, 120), rangeOf(1, 50, 0)], [
    { first: 1, last: 50 },
    { first: 101, last: 120 },
    { first: 0, last: 0 },
  ]);
});

test("what the server has found by a page or a city is shown, of the chosen groups", () => {
  const row = { text: "Орлова Марина", group: "mine", isFound: true };
  const found = [[], ["mine"], ["waiting"]].map((groups) => isWanted({ words: "казань", groups }, row));
  assert.deepEqual(found, [true, true, false]);
  assert.ok(!isWanted({ words: "казань", groups: [] }, { ...row, isFound: false }));
});
