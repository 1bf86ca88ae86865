/** Storage is a convenience: refused, full, hanging or broken, what is written is still sent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Profile, define, inNoTime, load } from "./browser.mjs";

/** A server that takes everything, as the outbox sees it. */
class Wire {
  connected = true;
  sent = [];

  async request(frame) {
    this.sent.push(frame.text);
    return { seq: this.sent.length };
  }
}

/** An IndexedDB whose every request ends as `end` says. @param {(request: any) => void} end */
function database(end, objectStore = {}) {
  const request = () => {
    const one = {};
    queueMicrotask(() => end(one));
    return one;
  };
  const names = ["put", "get", "getAll", "getAllKeys", "delete"];
  const store = { ...Object.fromEntries(names.map((name) => [name, request])), ...objectStore };
  const opened = { result: { transaction: () => ({ objectStore: () => store }) } };
  return { open: () => (queueMicrotask(() => opened.onsuccess?.()), opened) };
}

const BROWSERS = {
  "that refuses localStorage": () => new Profile().open("localStorage"),
  "that refuses both": () => new Profile().open("localStorage", "indexedDB"),
  "without localStorage": () => (new Profile().open(), define("localStorage", null)),
  "whose storage is full": () => Object.assign(new Profile(), { isFull: true }).open(),
  "whose IndexedDB never opens": () => new Profile().open(),
  "whose IndexedDB opens and never answers": () => (new Profile().open(), define("indexedDB", database(() => {}))),
  "whose IndexedDB fails": () => (new Profile().open(), define("indexedDB", database((request) => request.onerror?.()))),
  "whose IndexedDB was closed": () => {
    new Profile().open();
    const throws = () => {
      throw new DOMException("closing", "InvalidStateError");
    };
    define("indexedDB", database(() => {}, { put: throws, get: throws, getAll: throws, getAllKeys: throws }));
  },
};

for (const [name, open] of Object.entries(BROWSERS)) {
  test(`a browser ${name} sends`, inNoTime(async () => {
    open();
    const { Outbox } = await load("shared/outbox");
    const [box, wire] = [new Outbox("a"), new Wire()];
    for (const text of ["раз", "два"]) box.add({ text });
    await box.flush(wire);
    assert.deepEqual([wire.sent, box.pending()], [["раз", "два"], []]);
  }));

  test(`a browser ${name} keeps a draft as long as the page`, inNoTime(async () => {
    open();
    const { keep } = await load("shared/keep");
    await keep.ready;
    keep.set("draft:a", { text: "черновик" });
    assert.equal(keep.get("draft:a").text, "черновик");
  }));
}

test("what did not fit any more is not hidden by what fitted before", async () => {
  const profile = new Profile();
  profile.open();
  const { keep } = await load("shared/keep");
  keep.set("draft:a", "было");
  profile.isFull = true;
  keep.set("draft:a", "стало");
  profile.isFull = false;
  assert.equal(keep.get("draft:a"), "стало");
});

test("what another tab kept later is newer than what this one has in memory", async () => {
  const profile = new Profile();
  profile.open();
  const [{ keep: here }, { keep: there }] = [await load("shared/keep"), await load("shared/keep")];
  profile.isFull = true;
  here.set("draft:a", "здесь");
  profile.isFull = false;
  profile.stored.set("draft:a", JSON.stringify({ at: Date.now() + 1000, value: "там" }));
  assert.deepEqual([here.get("draft:a"), there.get("draft:a")], ["там", "там"]);
});

test("a change is newer than what was there, whatever the clock says", async () => {
  const profile = new Profile();
  profile.open();
  profile.stored.set("draft:a", JSON.stringify({ at: Date.now() + 3_600_000, value: "из будущего" }));
  const { keep } = await load("shared/keep");
  const at = keep.set("draft:a", "сейчас");
  assert.ok(at > Date.now() + 3_000_000);
  assert.equal(keep.get("draft:a"), "сейчас");
});
