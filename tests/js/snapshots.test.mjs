/** What a window would tell of its system: bounded, in whole signs, and of itself alone. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { runInNewContext } from "node:vm";
import { define } from "./browser.mjs";
import { Snapshots, factsOf, fit } from "../../static/js/widget/snapshots.js";

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

test("the page is told in letters, as its visitor reads it", () => {
  assert.equal(factsOf({}, "https://example.ru/%D0%B7%D0%B0%D1%8F%D0%B2%D0%BA%D0%B8/").page, "https://example.ru/заявки/");
  assert.equal(factsOf({}, "https://example.ru/%E0%A4%A").page, "https://example.ru/%E0%A4%A");
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

// The card

const FACTS = { browser: "Firefox 143", system: "", screen: "1920×1080", timezone: "", page: "", errors: ["14:05:09 Раз", "14:05:10 Два"] };

/** As templates/shared/_snapshot.html renders it, as far as it matters. */
function card() {
  const rows = Object.fromEntries(
    Object.keys(FACTS).map((name) => {
      const dd = { textContent: "" };
      const ul = { items: [], replaceChildren: (...items) => (ul.items = items.map(({ textContent }) => textContent)) };
      return [`[data-fact="${name}"]`, { hidden: true, dd, ul, querySelector: (part) => ({ dd, ul })[part] }];
    }),
  );
  const buttons = [{ disabled: true }, { disabled: true }];
  return { rows, buttons, querySelector: (name) => rows[name] ?? { content: {} }, querySelectorAll: () => buttons };
}

/** A log with this card in it; what is told when it changes. */
function log(form) {
  const changes = [];
  globalThis.document = { importNode: () => ({ firstElementChild: { textContent: "" } }) };
  globalThis.MutationObserver = class {
    constructor(changed) {
      changes.push(changed);
    }
    observe() {}
    disconnect() {}
  };
  return { changed: () => changes[0](), querySelectorAll: () => [form] };
}

test("a card shows what would be sent, and only then can be answered", () => {
  const form = card();
  const snapshots = new Snapshots(log(form), () => FACTS, new AbortController().signal);
  const shown = (name) => form.rows[`[data-fact="${name}"]`];
  assert.deepEqual([shown("browser").hidden, shown("browser").dd.textContent], [false, "Firefox 143"]);
  assert.deepEqual([shown("errors").hidden, shown("errors").ul.items], [false, FACTS.errors]);
  assert.equal(shown("system").hidden, true);
  assert.deepEqual(form.buttons, [{ disabled: false }, { disabled: false }]);
  assert.equal(snapshots.shownBy(form), FACTS);
});

test("what happens later changes neither the card nor what it sends", () => {
  const form = card();
  const page = log(form);
  let facts = FACTS;
  const snapshots = new Snapshots(page, () => facts, new AbortController().signal);
  facts = { ...FACTS, page: "https://example.ru/secret" };
  page.changed();
  assert.equal(form.rows['[data-fact="page"]'].dd.textContent, "");
  assert.equal(snapshots.shownBy(form), FACTS);
});

// Errors of the window

const EARLY = readFileSync(new URL("../../static/js/shared/early.js", import.meta.url), "utf8");

/** A page that begins with the script. @param {Record<string, string>} dataset of its element */
function page(dataset) {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { currentScript: { dataset } });
  const addEventListener = window.addEventListener.bind(window);
  runInNewContext(EARLY, { window, document, addEventListener, AbortController, HTMLScriptElement: class {}, Element: class {} });
  return window;
}

/** @param {EventTarget} window @param {string} type @param {object} told */
const fails = (window, type, told) => window.dispatchEvent(Object.assign(new Event(type), told));

test("the window keeps its last twenty errors, one of a kind in a row", () => {
  const window = page({ keepsErrors: "" });
  for (let number = 0; number < 30; number += 1) {
    for (let times = 0; times < 3; times += 1) {
      fails(window, "error", { message: `Error ${number}`, filename: "https://example.ru/static/js/menu.js", lineno: 7 });
    }
  }
  fails(window, "unhandledrejection", { reason: new Error("no answer") });
  fails(window, "unhandledrejection", { reason: undefined });
  const kept = window.sphaeraErrors;
  assert.equal(kept.length, 20);
  assert.match(kept[0], /^\d{2}:\d{2}:\d{2} Error 12 \(menu\.js:7\)$/);
  assert.match(kept[18], / no answer$/);
});

test("a page that is no window keeps none", () => {
  const zone = page({});
  fails(zone, "error", { message: "Error", filename: "", lineno: 1 });
  assert.equal(zone.sphaeraErrors, undefined);
});
