/** The worker that takes what comes through the server of a browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const CODE = readFileSync(new URL("../../static/js/push/worker.js", import.meta.url), "utf8");
const TOLD = { id: "a-7", tag: "conversation:a", conversation: "a", title: "Марина", body: "Ау?", url: "/chat/a/" };

/** A worker among such tabs, which shows such notices already; what it does is written down. */
function worker({ tabs = [], shown = [] } = {}) {
  const did = [];
  const heard = {};
  const self = {
    addEventListener: (name, act) => (heard[name] = act),
    clients: { matchAll: async () => tabs, openWindow: async (url) => did.push(["opens", url]) },
    registration: {
      getNotifications: async ({ tag }) => shown.filter((one) => one.tag === tag),
      showNotification: async (title, { renotify }) => did.push(["shows", title, renotify]),
    },
  };
  runInNewContext(CODE, { self, URL });
  /** Tells it, and waits for what it does. */
  const tell = async (name, event) => {
    await new Promise((resolve) => heard[name]({ ...event, waitUntil: (work) => resolve(work) }));
    return did;
  };
  return { tell, did };
}

/** @param {string} path @param {string} visibilityState @param {unknown[]} did */
function tab(path, visibilityState, did = []) {
  const focus = async () => did.push(["focuses", path]);
  return { url: `https://support.example.ru${path}`, visibilityState, focus, postMessage: (said) => did.push(["says", said.open]) };
}

const push = { data: { json: () => TOLD } };
const click = { notification: { data: TOLD, close: () => {} } };

test("what comes is shown", async () => {
  assert.deepEqual(await worker().tell("push", push), [["shows", "Марина", true]]);
});

test("who has a page of ours before their eyes is left alone", async () => {
  assert.deepEqual(await worker({ tabs: [tab("/chat/", "visible")] }).tell("push", push), []);
});

test("what a sleeping tab has said already is not said twice", async () => {
  const shown = [{ tag: TOLD.tag, data: { id: "a-7" } }];
  assert.deepEqual(await worker({ tabs: [tab("/chat/", "hidden")], shown }).tell("push", push), [["shows", "Марина", false]]);
});

test("a click opens the conversation in the tab that is there", async () => {
  const did = [];
  const tabs = [tab("/profile/", "hidden", did), tab("/chat/b/", "hidden", did)];
  await worker({ tabs }).tell("notificationclick", click);
  assert.deepEqual(did, [["says", "a"], ["focuses", "/chat/b/"]]);
});

test("without one it opens a tab", async () => {
  assert.deepEqual(await worker().tell("notificationclick", click), [["opens", "/chat/a/"]]);
});
