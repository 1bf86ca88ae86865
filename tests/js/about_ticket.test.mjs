/** A ticket that is written about stays attached until a message takes it along, or its person takes it off. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Profile, load } from "./browser.mjs";

test.beforeEach(() => new Profile().open());

/** The window's line, as far as it matters. */
function line() {
  const button = new EventTarget();
  const words = { dataset: { pattern: "По заявке № {n}" }, textContent: "" };
  const parts = { "[data-drop-about]": button, "[data-about-words]": words };
  return { button, words, hidden: true, querySelector: (name) => parts[name] };
}

/** One more page of the profile. */
async function page() {
  const { AboutTicket } = await load("widget/about-ticket");
  const shown = line();
  return { shown, about: new AboutTicket({ querySelector: () => shown }, "ticket:a") };
}

test("it is shown, and is there after a reload", async () => {
  const first = await page();
  first.about.take("2026-01187");
  assert.deepEqual([first.shown.hidden, first.shown.words.textContent], [false, "По заявке № 2026-01187"]);
  const second = await page();
  assert.deepEqual([second.shown.hidden, second.about.number], [false, "2026-01187"]);
});

test("taken off it is gone", async () => {
  const { about, shown } = await page();
  about.take("2026-01187");
  shown.button.dispatchEvent(new Event("click"));
  assert.deepEqual([shown.hidden, about.number], [true, ""]);
});

test("a tab that does not show it sends nothing about it, and leaves it to the one that does", async () => {
  const other = await page();
  const { about } = await page();
  about.take("2026-01187");
  other.about.drop();
  assert.equal(other.about.number, "");
  assert.equal((await page()).about.number, "2026-01187");
});

test("what is no number of a ticket is left alone", async () => {
  const { about, shown } = await page();
  for (const bad of [undefined, null, 7, {}, "", "<b>", "2026-1", "2026-01187 ", "x".repeat(100_000)]) about.take(bad);
  assert.deepEqual([shown.hidden, about.number], [true, ""]);
});

test("a message takes it along", async () => {
  const { Outbox } = await load("shared/outbox");
  const outbox = new Outbox("widget:a");
  const sent = [];
  outbox.add({ id: "1", text: "Снова", files: [], ticket: "2026-01187" });
  await outbox.flush({ connected: true, request: async (frame) => (sent.push(frame), { seq: 1 }) });
  assert.equal(sent[0].ticket, "2026-01187");
});
