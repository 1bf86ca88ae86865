/** So much of a text as a quote shows; tests/chat/test_quotes.py holds the server to the same. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { gist } from "../../static/js/shared/quotes.js";

test("a quote is one line", () => {
  assert.equal(gist("  Первая\n\n\tвторая  "), "Первая вторая");
});

test("of a long text the beginning is quoted, and no half of a sign", () => {
  assert.equal(gist(`а${"👍".repeat(500)}`), `а${"👍".repeat(199)}`);
});
