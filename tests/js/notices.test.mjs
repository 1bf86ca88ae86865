/** What a tab that nobody sees says on the desktop. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Profile, define, load } from "./browser.mjs";

const SAID = { tag: "conversation:a", title: "Марина", body: "Пароль не подходит", brief: "Новое сообщение", conversation: "a" };

/** @type {{title: string, tag: string, body: string, isClosed: boolean}[]} */
let shown;

class Notification {
  constructor(title, { tag, body }) {
    Object.assign(this, { title, tag, body, isClosed: false });
    shown.push(this);
  }

  close() {
    this.isClosed = true;
  }
}

beforeEach(() => {
  shown = [];
  new Profile().open();
  define("Notification", Notification);
  window.focus = () => {};
});

/** Of an operator who lets them through, and may be elsewhere. */
async function notices({ hidesText = "no", isOnline = true } = {}) {
  const { Notices } = await load("zone/notices");
  const opened = [];
  const zone = { dataset: { hidesText }, querySelector: () => ({ mayNotify: true }) };
  const made = new Notices(zone, { open: (conversation) => opened.push(conversation), isOnline: () => isOnline });
  return { notices: made, opened };
}

test("a notice says who wrote what", async () => {
  (await notices()).notices.show(SAID);
  assert.deepEqual([shown[0].title, shown[0].body], ["Марина", "Пароль не подходит"]);
});

test("where texts are hidden it says only that there is something", async () => {
  (await notices({ hidesText: "yes" })).notices.show(SAID);
  assert.deepEqual([shown[0].title, shown[0].body], ["Новое сообщение", ""]);
});

test("nobody is told who is not «В сети», or has the tab before their eyes", async () => {
  (await notices({ isOnline: false })).notices.show(SAID);
  document.hidden = false;
  (await notices()).notices.show(SAID);
  assert.deepEqual(shown, []);
});

test("a click opens the conversation", async () => {
  const { notices: made, opened } = await notices();
  made.show(SAID);
  shown[0].onclick();
  assert.deepEqual([opened, shown[0].isClosed], [["a"], true]);
});

test("what is read is said no longer", async () => {
  const { notices: made } = await notices();
  made.show(SAID);
  made.keep(() => new Set(["a"]));
  assert.equal(shown[0].isClosed, false);
  made.keep(() => new Set(["b"]));
  assert.equal(shown[0].isClosed, true);
});
