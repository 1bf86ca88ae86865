/** What a visitor answered on a card while there was no link: kept across a reload, sent once there is one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Profile, load } from "./browser.mjs";

const RATED = { type: "rate", request: 5, score: 4, comment: "Помогли", conversation: "QmFz" };
const OPENED = { type: "open_link", seq: 4, conversation: "QmFz" };

const NO_CARDS = { shownBy: () => undefined };

/** A log without a card in sight, as after a reload far below it. */
const log = () => Object.assign(new EventTarget(), { querySelector: () => null });

/** @param {string} [code] of its refusal */
function server(code) {
  return {
    connected: code !== "disconnected",
    sent: [],
    post(frame) {
      this.sent.push(frame);
    },
    async insist(frame) {
      if (code) throw { code, detail: "" };
      this.sent.push(frame);
      return {};
    },
  };
}

/** One more tab of the profile, with what it keeps. @param {ReturnType<typeof server>} wire @param {object[]} owed */
async function tab(wire, ...owed) {
  const { Cards } = await load("widget/cards");
  const cards = new Cards(log(), wire, "a", NO_CARDS, new AbortController().signal);
  for (const frame of owed) localStorage.setItem(`card:a:QmFz:${frame.request ?? frame.seq}`, JSON.stringify({ at: 1, value: frame }));
  cards.resume();
  await new Promise((resolve) => setImmediate(resolve));
  return cards;
}

test.beforeEach(() => new Profile().open());

test("what is owed is sent once there is a link, and then no more", async () => {
  const first = server();
  await tab(first, RATED, OPENED);
  assert.deepEqual(first.sent.map(({ type }) => type).sort(), ["open_link", "rate"]);
  const second = server();
  await tab(second);
  assert.deepEqual(second.sent, []);
});

test("a link that is lost again loses nothing", async () => {
  await tab(server("disconnected"), RATED, OPENED);
  const later = server();
  await tab(later);
  assert.equal(later.sent.length, 2);
  assert.deepEqual(later.sent.find(({ type }) => type === "rate"), RATED);
});

test("what the server refuses is not asked again", async () => {
  await tab(server("conflict"), RATED);
  const later = server();
  await tab(later);
  assert.deepEqual(later.sent, []);
});
