/** Keys of the list of tickets: which key does what where, and how rows follow each other. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
const { deedOf, stepFrom } = await import("../../static/js/pages/ticket-list.js");

/** @param {string} key @param {string} [code] */
const press = (key, code = key, held = {}) => ({ key, code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held });

const PRESSES = [
  [press("j", "KeyJ"), "", "next"],
  [press("о", "KeyJ"), "link", "next"],
  [press("k", "KeyT"), "tick", "previous"],
  [press("/", "Slash"), "", "search"],
  [press(".", "Slash"), "link", "search"],
  [press("?", "Slash", { shiftKey: true }), "tick", "keys"],
  [press("?", "Digit7", { shiftKey: true }), "", "keys"],
  [press("ArrowDown"), "link", "next"],
  [press("ArrowUp"), "tick", "previous"],
  [press("x", "KeyX"), "link", "choose"],
  [press("ч", "KeyX"), "tick", "choose"],
  [press(" ", "Space"), "link", "choose"],
  [press("Enter"), "tick", "open"],
];
for (const [pressed, place, deed] of PRESSES) {
  test(`${pressed.key} on ${place || "the page"}: ${deed}`, () => assert.equal(deedOf(pressed, place), deed));
}

const LEFT_ALONE = [
  [press("ArrowDown"), "", "scrolls the page"],
  [press(" ", "Space"), "", "scrolls the page"],
  [press("x", "KeyX"), "", "belongs to no row"],
  [press(" ", "Space"), "tick", "ticks by itself"],
  [press("Enter"), "link", "opens by itself"],
  [press("Tab"), "link", "goes on"],
  [press("j", "KeyJ", { ctrlKey: true }), "link", "is the browser's"],
  [press("k", "KeyK", { metaKey: true }), "link", "is the browser's"],
  [press("x", "KeyX", { altKey: true }), "link", "is the browser's"],
  [press("J", "KeyJ", { shiftKey: true }), "link", "is none of ours"],
];
for (const [pressed, place, why] of LEFT_ALONE) {
  test(`${pressed.key} on ${place || "the page"} ${why}`, () => assert.equal(deedOf(pressed, place), undefined));
}

test("the first key goes to the first row, and the list has ends", () => {
  assert.deepEqual([stepFrom(-1, 1, 3), stepFrom(-1, -1, 3)], [0, 0]);
  assert.deepEqual([stepFrom(0, 1, 3), stepFrom(2, 1, 3), stepFrom(2, -1, 3), stepFrom(0, -1, 3)], [1, 2, 1, 0]);
});
