/** Which messages are offered to be changed: one's own, fresh, in what is open. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { mayChange } from "../../static/js/shared/message-changes.js";

const MINUTE = 60_000;

test("one's own message for five minutes", () => {
  assert.equal(mayChange({ age: 4 * MINUTE }), true);
  assert.equal(mayChange({ age: 5 * MINUTE }), false);
});

test("a clock that is behind hides nothing", () => {
  assert.equal(mayChange({ age: -10 * MINUTE }), true);
});

test("of several who answer, what this account wrote", () => {
  assert.equal(mayChange({ age: 0, own: "7", account: "7" }), true);
  assert.equal(mayChange({ age: 0, own: "7", account: "8" }), false);
});

test("nothing in what is closed, and nothing of which the time is not known", () => {
  assert.equal(mayChange({ age: 0, isClosed: true }), false);
  assert.equal(mayChange({ age: NaN }), false);
});
