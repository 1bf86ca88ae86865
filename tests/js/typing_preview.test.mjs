/** What is being typed is told once a second, and never what was sent meanwhile. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { TypingPreview } from "../../static/js/widget/preview.js";

let field;
let told;
let preview;

beforeEach(() => {
  field = "";
  told = [];
  preview = new TypingPreview(() => field, (text) => told.push(text));
});

/** @param {string} text */
function types(text) {
  field = text;
  preview.typed();
}

test("the first letter is told at once, the next ones together a second later", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 10_000 });
  types("М");
  t.mock.timers.tick(1);
  types("Ми");
  types("Мин");
  t.mock.timers.tick(900);
  assert.deepEqual(told, ["М"]);
  types("Минутку");
  t.mock.timers.tick(100);
  assert.deepEqual(told, ["М", "Минутку"]);
});

test("what was sent is not told after it", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 10_000 });
  types("Да");
  t.mock.timers.tick(1);
  types("Дай");
  preview.stop();
  t.mock.timers.tick(5000);
  assert.deepEqual(told, ["Да"]);
});

test("of a long text the end is told, and no half of a sign", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 10_000 });
  types(`${"а".repeat(100)}${"👍".repeat(500)}`);
  t.mock.timers.tick(1);
  assert.deepEqual(told, ["👍".repeat(500)]);
});
