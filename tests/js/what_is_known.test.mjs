/** The panel about a visitor: what comes anew leaves alone what is being written. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Profile, define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
new Profile().open();
const { merged, timeThere } = await import("../../static/js/zone/visitor-information.js");

const item = (id, text = "") => ({ id, text });

test("what nobody writes in is shown as it came", () => {
  const fresh = [item("a", "new"), item("b")];
  assert.deepEqual(merged([item("a", "old")], fresh, () => false), fresh);
});

test("what is held stays the very same, where the fresh one would stand", () => {
  const held = item("b", "being written");
  const shown = merged([item("a"), held], [item("c"), item("b", "saved"), item("a")], ({ id }) => id === "b");
  assert.equal(shown[1], held);
  assert.deepEqual(shown.map(({ id }) => id), ["c", "b", "a"]);
});

test("what is gone goes, also from under one's hands", () => {
  assert.deepEqual(merged([item("a")], [], () => true), []);
});

test("what has no name is never held", () => {
  const fresh = item("", "new");
  assert.deepEqual(merged([item("", "old")], [fresh], () => true), [fresh]);
});

test("the hour is the one where the visitor is", () => {
  const noon = Date.parse("2026-11-26T10:30:00Z");
  assert.equal(timeThere("Asia/Yekaterinburg", noon), "15:30");
  assert.equal(timeThere("America/St_Johns", noon), "07:00");
});

test("a zone that the browser does not know leaves what the server wrote", () => {
  for (const zone of ["", "Nowhere/Else", "<b>"]) assert.equal(timeThere(zone, 0), null);
});
