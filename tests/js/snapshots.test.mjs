/** What a window would tell of its system: bounded, in whole signs, and of itself alone. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { define } from "./browser.mjs";
import { factsOf, fit } from "../../static/js/widget/snapshots.js";

beforeEach(() => {
  globalThis.window = globalThis;
  globalThis.sphaeraErrors = undefined;
  define("screen", { width: 1920, height: 1080 });
});

test("what the server read of the browser goes with screen, zone and page", () => {
  const facts = factsOf({ browser: "Firefox 143", system: "Windows 10 или 11" }, "https://example.ru/orders");
  assert.deepEqual(
    { ...facts, timezone: "" },
    { browser: "Firefox 143", system: "Windows 10 или 11", screen: "1920×1080", timezone: "", page: "https://example.ru/orders", errors: [] },
  );
  assert.notEqual(facts.timezone, "");
});

test("of its errors the last twenty go, each cut", () => {
  globalThis.sphaeraErrors = Array.from({ length: 30 }, (_, number) => `${number} ${"я".repeat(900)}`);
  const { errors } = factsOf({}, "");
  assert.equal(errors.length, 20);
  assert.ok(errors[19].startsWith("29 "));
  assert.ok(errors.every((error) => error.length <= 500));
});

test("a text is one line of whole signs, also where it is cut", () => {
  assert.equal(fit(" а\n\u0000б\ud800в ", 20), "а б в");
  assert.equal(fit("аб😀", 3), "аб");
  assert.equal(fit("аб😀", 4), "аб😀");
});
