import assert from "node:assert/strict";
import { test } from "node:test";

import { isBlank } from "../../static/js/shared/blank.js";

const BLANK = [
  "", " ", "\n\t", "\u00a0", "\u200b", "\u200f\u200e", "\u2060", "\ufeff", "\u00ad", "\u3164", "\u115f\u1160",
  "\uffa0", "\u2800", "\u180e", "\u0301", "\ufe0f", "\u20e3", "\u{e0041}", "\u{e0100}", "\u034f", " \u200b\n\u3164",
];

test("what shows nothing is nothing", () => {
  for (const text of BLANK) assert.equal(isBlank(text), true, JSON.stringify(text));
});

test("whatever shows something is something", () => {
  for (const text of ["a", "й", "и\u0306", ".", "👍", "👍🏽", "1\ufe0f\u20e3", "\u200bя", "ᄒ", "한", "─", "\ufffd"]) {
    assert.equal(isBlank(text), false, JSON.stringify(text));
  }
});
