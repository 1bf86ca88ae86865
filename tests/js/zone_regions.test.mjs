/** How frames and answers reach the regions of the zone. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { guardSwap, verdictOf } from "../../static/js/zone/answers.js";
import { ask, explain, hear, openFirst, ownerOf, tellFrame, unfold } from "../../static/js/zone/region.js";
import { define } from "./browser.mjs";

/** A zone, and a region in it that writes down what it hears. @param {string[]} names */
function zoneWith(...names) {
  const zone = new EventTarget();
  const heard = [];
  const acts = names.map((name) => [name, (detail) => heard.push([name, detail.seq])]);
  const hearing = hear({ closest: () => zone }, Object.fromEntries(acts));
  return { zone, heard, hearing };
}

test("a region hears the frames it asked for, and no others", () => {
  const { zone, heard } = zoneWith("frame:message");
  for (const type of ["message", "typing", "of_tomorrow"]) tellFrame(zone, { type, seq: 1 });
  assert.deepEqual(heard, [["frame:message", 1]]);
});

test("what is swapped away hears nothing more", () => {
  const { zone, heard, hearing } = zoneWith("frame:message");
  hearing.abort();
  tellFrame(zone, { type: "message", seq: 1 });
  assert.deepEqual(heard, []);
});

test("a region outside of any zone is left in peace", () => {
  assert.doesNotThrow(() => hear({ closest: () => null }, { "frame:message": () => {} }));
});

test("what a welcome brings is told before it, changes as changes", () => {
  const { zone, heard } = zoneWith("frame:welcome", "frame:amended", "frame:message");
  const messages = [{ type: "message", seq: 1 }, { type: "amended", seq: 2 }];
  tellFrame(zone, { type: "welcome", seq: 3, messages });
  assert.deepEqual(heard, [["frame:message", 1], ["frame:amended", 2], ["frame:welcome", 3]]);
  assert.deepEqual(unfold({ type: "welcome" }), [{ type: "welcome" }]);
});

test("a hello names first what is open", () => {
  const after = { one: 1, two: 2, three: 3 };
  assert.deepEqual(Object.entries(openFirst(after, "two")), [["two", 2], ["one", 1], ["three", 3]]);
  assert.equal(openFirst(after, ""), after);
});

test("a fragment has one owner", () => {
  const owners = ["toasts", "visitor-a", "operator-7", "chat-a", "workspace-a", "operators", "chats", "conversation-head"].map(ownerOf);
  assert.deepEqual(owners, ["toasts", "visitors", "operators", "chats", "workspace", "page", "page", "page"]);
});

test("who asks gets the answer or the refusal", async () => {
  const zone = new EventTarget();
  zone.addEventListener("request", ({ detail: { frame, resolve, reject } }) => (frame.type === "accept" ? resolve(7) : reject("no")));
  assert.equal(await ask(zone, { type: "accept" }), 7);
  await assert.rejects(ask(zone, { type: "other" }), (refusal) => refusal === "no");
});

test("a refusal is told in the server's words, a lost link in the page's", () => {
  const zone = new EventTarget();
  const said = [];
  zone.addEventListener("say", ({ detail }) => said.push(detail.words ?? detail.name));
  explain(zone, { code: "taken", detail: "Уже приняли" });
  explain(zone, { code: "disconnected", detail: "" });
  assert.deepEqual(said, ["Уже приняли", "offline"]);
});

const ANSWER = { isRetargeted: false, isRefusal: false, path: "/chat/abc/", wouldTakeForm: false };

for (const [what, answer, verdict] of [
  ["an answer goes into the pane", {}, "swap"],
  ["a form with its errors goes where it was", { isRetargeted: true, isRefusal: true }, "swap"],
  ["a refusal is told", { isRefusal: true, path: "/login/" }, "refused"],
  ["a lost session leaves the page", { path: "/login/", wouldTakeForm: true }, "signedOut"],
  ["an open form is not taken away", { wouldTakeForm: true }, "renew"],
]) {
  test(what, () => assert.equal(verdictOf({ ...ANSWER, ...answer }), verdict));
}

for (const [target, isTaken] of [
  ["workspace", false],
  ["conversation-actions", false],
  ["elsewhere", true],
]) {
  test(`what comes for ${target} ${isTaken ? "is put in" : "waits"} while a form of the conversation is open`, () => {
    define("location", { href: "https://chat.example.ru/chat/" });
    let renewed = 0;
    const zone = { conversation: "abc", workspace: { openForm: {} }, renew: () => renewed++ };
    const xhr = { status: 200, responseURL: "https://chat.example.ru/chat/abc/", getResponseHeader: () => null };
    const detail = { xhr, requestConfig: { verb: "get" }, target: { id: target }, shouldSwap: true };
    guardSwap(/** @type {any} */ (zone), detail);
    assert.deepEqual([detail.shouldSwap, renewed], isTaken ? [true, 0] : [false, 1]);
  });
}

test("a page is asked for anew when state or operator are others", async () => {
  define("HTMLElement", class {});
  define("customElements", { define() {} });
  const { isShownAs } = await import("../../static/js/zone/workspace.js");
  const shown = { state: "active", operatorName: "Илья" };
  assert.ok(isShownAs(shown, { type: "conversation", state: "active", operator: { name: "Илья" } }));
  assert.ok(!isShownAs(shown, { type: "conversation", state: "active", operator: { name: "Антон" } }));
  assert.ok(!isShownAs(shown, { type: "conversation", state: "closed", operator: { name: "Илья" } }));
  assert.ok(isShownAs({ state: "waiting", operatorName: "" }, { type: "conversation", state: "waiting", operator: null }));
});
