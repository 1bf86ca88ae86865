/** How a deadline presses, and what its clock shows. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
const { leftAt, lookAt } = await import("../../static/js/zone/time-left.js");

const MINUTE = 60_000;

test("it is fresh, late in its last quarter, urgent from the instant it is over", () => {
  const looks = [44, 45, 59, 60, 600].map((minute) => lookAt(minute * MINUTE, 45 * MINUTE, 60 * MINUTE));
  assert.deepEqual(looks, ["fresh", "late", "late", "urgent", "urgent"]);
});

test("where nothing is told before, it is fresh until it is over", () => {
  assert.deepEqual([59, 60].map((minute) => lookAt(minute * MINUTE, NaN, 60 * MINUTE)), ["fresh", "urgent"]);
});

test("it counts down within a day, and on when it is over", () => {
  assert.equal(leftAt(0, 62 * MINUTE), "1:02:00");
  assert.equal(leftAt(1, 1000), "0:01");
  assert.equal(leftAt(1000, 1000), "−0:00");
  assert.equal(leftAt(62 * MINUTE, 0), "−1:02:00");
});

test("further off the date says enough", () => {
  assert.equal(leftAt(0, 1441 * MINUTE), "");
  assert.equal(leftAt(1441 * MINUTE, 0), "");
});
