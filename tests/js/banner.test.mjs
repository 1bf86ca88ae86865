/** What a window says of an incident: shown while there are words, with nothing loaded for it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { load, Profile } from "./browser.mjs";

new Profile().open();
Object.assign(globalThis.document, { body: { dataset: {} } });
globalThis.location = {};
const { Appearance } = await load("widget/widget");

/** As much of the window as it is shown in. @param {string} words with which the server rendered it */
function windowWith(words) {
  const banner = { dataset: { when: "troubled" }, hidden: false };
  const parts = { "[data-banner]": { textContent: words }, "[data-status-word]": { dataset: {} } };
  const root = {
    dataset: { status: "online", reason: "ok", state: "none" },
    hasAttribute: () => false,
    querySelector: (selector) => parts[selector] ?? null,
    querySelectorAll: (selector) => (selector === "[data-when]" ? [banner] : []),
  };
  return { appearance: new Appearance(root), banner, said: parts["[data-banner]"] };
}

test("it comes and goes with its words", () => {
  const { appearance, banner, said } = windowWith("");
  appearance.show();
  assert.equal(banner.hidden, true);
  appearance.announce("Чиним вход");
  assert.deepEqual([banner.hidden, said.textContent], [false, "Чиним вход"]);
  appearance.announce("");
  assert.equal(banner.hidden, true);
});

test("a window that is opened meanwhile begins with it", () => {
  const { appearance, banner } = windowWith("Чиним вход");
  appearance.show();
  assert.equal(banner.hidden, false);
});
