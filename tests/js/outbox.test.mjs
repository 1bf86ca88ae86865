/** What was written and not yet confirmed: in order, apart, and until the server has it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Profile, inNoTime, load } from "./browser.mjs";

/** What one more tab of the profile has for this scope. */
async function tab(scope = "a") {
  const { Outbox } = await load("shared/outbox");
  return new Outbox(scope);
}

/** @param {string} texts one message for each letter */
function filled(box, texts) {
  for (const text of texts) box.add({ text });
  return box;
}

const texts = (entries) => entries.map((entry) => entry.text).join("");

/** A server as the outbox sees it. @param {Record<string, string[]>} refusals of each text, in their order */
function serverRefusing(refusals = {}) {
  return {
    connected: true,
    sent: "",
    async request({ text }) {
      this.sent += text;
      const code = refusals[text]?.shift();
      if (code === "disconnected") this.connected = false;
      if (code) throw { code, detail: "почему" };
      return { seq: this.sent.length };
    },
  };
}

test.beforeEach(() => new Profile().open());

test("an outbox keeps the order over a reload", async () => {
  filled(await tab(), "абв");
  assert.equal(texts((await tab()).pending()), "абв");
});

test("two tabs add without losing each other's", async () => {
  const [one, other] = [await tab(), await tab()];
  filled(one, "а");
  filled(other, "б");
  for (const box of [one, other]) assert.equal(texts(box.pending()), "аб");
});

test("outboxes of two people are apart", async () => {
  filled(await tab("one"), "а");
  assert.deepEqual((await tab("two")).pending(), []);
});

test("what was acknowledged is not pending", inNoTime(async () => {
  const [box, wire] = [filled(await tab(), "аб"), serverRefusing()];
  await box.flush(wire);
  assert.deepEqual([wire.sent, box.pending()], ["аб", []]);
}));

test("a lost link stops at the message it took", inNoTime(async () => {
  const [box, wire] = [filled(await tab(), "абв"), serverRefusing({ б: ["disconnected"] })];
  await box.flush(wire);
  assert.deepEqual([wire.sent, texts(box.pending())], ["аб", "бв"]);
}));

test("a refused message goes back with the reason", inNoTime(async () => {
  const [box, wire] = [filled(await tab(), "аб"), serverRefusing({ а: ["too_large"] })];
  await box.flush(wire);
  const [back] = box.takeRefused();
  assert.deepEqual([back.text, back.refused], ["а", "почему"]);
  assert.deepEqual([box.pending(), box.takeRefused()], [[], []]);
}));

test("too fast is tried again before the next", inNoTime(async () => {
  const [box, wire] = [filled(await tab(), "аб"), serverRefusing({ а: ["too_fast"] })];
  await box.flush(wire);
  assert.equal(wire.sent, "ааб");
}));
