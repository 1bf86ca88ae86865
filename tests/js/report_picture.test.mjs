/** Where the arrows lead in a picture of a report. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
const { steps } = await import("../../static/js/pages/report-picture.js");

const STEPS = [
  ["ArrowRight", -1, 5, 5, 0],
  ["ArrowRight", 2, 5, 5, 3],
  ["ArrowRight", 4, 5, 5, 4],
  ["ArrowLeft", 0, 5, 5, 0],
  ["ArrowDown", 2, 5, 5, 3],
  ["ArrowDown", 2, 12, 4, 6],
  ["ArrowUp", 6, 12, 4, 2],
  ["ArrowDown", 10, 12, 4, 10],
  ["Home", 3, 5, 5, 0],
  ["End", 0, 5, 5, 4],
  ["Tab", 0, 5, 5, null],
];
for (const [key, at, count, wide, next] of STEPS) {
  test(`${key} at ${at} of ${count}, ${wide} in a row: ${next}`, () => assert.equal(steps(key, at, count, wide), next));
}
