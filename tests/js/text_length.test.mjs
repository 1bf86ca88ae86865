import assert from "node:assert/strict";
import { test } from "node:test";
import { Profile, define, load } from "./browser.mjs";

const LENGTHS = { "": 0, "привет": 6, "👍🏽": 2, "а\r\nб": 3, "\n\n": 2 };

test("length is counted as the server does", async () => {
  new Profile().open();
  define("HTMLElement", class {});
  define("customElements", { define() {} });
  const { textLength } = await load("shared/chat-composer");
  const counted = Object.fromEntries(Object.keys(LENGTHS).map((text) => [text, textLength(text)]));
  assert.deepEqual(counted, LENGTHS);
});
