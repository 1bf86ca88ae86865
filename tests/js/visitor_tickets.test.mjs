/** The visitor's tickets in the panel: what comes anew leaves alone what is being written. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Profile, define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
new Profile().open();
const { changesOf } = await import("../../static/js/zone/visitor-tickets.js");

const nobody = () => false;

test("what came is put above, what was there is shown anew, what is over goes", () => {
  assert.deepEqual(changesOf(["b", "a"], ["c", "b"], nobody), { gone: ["a"], anew: ["b"], added: ["c"] });
});

test("what somebody writes in stays, also where it is over", () => {
  const isHeld = (id) => id === "a";
  assert.deepEqual(changesOf(["b", "a"], ["b"], isHeld), { gone: [], anew: ["b"], added: [] });
  assert.deepEqual(changesOf(["a"], ["a"], isHeld), { gone: [], anew: [], added: [] });
});

test("where nothing was, all are added in their order", () => {
  assert.deepEqual(changesOf([], ["b", "a"], nobody).added, ["b", "a"]);
});
