/** Which key closes with which outcome. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
const { outcomeOf } = await import("../../static/js/zone/closing-question.js");

/** @param {string} code */
const key = (code, held = {}) => ({ code, ctrlKey: false, altKey: false, metaKey: false, ...held });

test("a digit chooses the outcome of its number, in the row above the letters and in the pad", () => {
  assert.equal(outcomeOf(key("Digit1")), 1);
  assert.equal(outcomeOf(key("Numpad9")), 9);
});

test("neither zero nor anything else chooses one", () => {
  for (const code of ["Digit0", "KeyA", "F1", "ArrowDown"]) assert.equal(outcomeOf(key(code)), 0);
});

test("nor does a digit that is part of a shortcut", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey"]) assert.equal(outcomeOf(key("Digit1", { [held]: true })), 0);
});
