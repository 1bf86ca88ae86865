/** What a form has done, and who is next after it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
globalThis.document ??= new EventTarget();
const { deedOf, nextOf } = await import("../../static/js/zone/aftermath.js");

test("closing and handing over can be taken back, by the address of their forms", () => {
  assert.deepEqual(deedOf({ verb: "post", path: "/chat/abc-1/close/" }), { deed: "close", conversation: "abc-1" });
  assert.deepEqual(deedOf({ verb: "post", path: "/chat/abc-1/transfer/" }), { deed: "transfer", conversation: "abc-1" });
});

for (const request of [
  { verb: "get", path: "/chat/abc/transfer/" },
  { verb: "post", path: "/chat/abc/transfer/accept/" },
  { verb: "post", path: "/chat/abc/reopen/" },
  { verb: "get", path: "/chat/nothing/" },
]) {
  test(`${request.verb} ${request.path} is none of it`, () => assert.equal(deedOf(request), null));
}

test("next is who has waited longest for a word", () => {
  const rows = ["2026-11-23T14:05:00+03:00", "2026-11-23T11:04:00+00:00", "2026-11-23T14:06:00+03:00"].map((since) => ({ dataset: { since } }));
  assert.equal(nextOf(rows), rows[1]);
  assert.equal(nextOf([]), undefined);
});

test("who asks for something critical is before who has waited a little longer, not before who has waited long", () => {
  const row = (time, headStart) => ({ dataset: { since: `2026-11-23T${time}:00Z`, headStart } });
  const [early, ordinary, critical] = [row("10:20", "0"), row("11:00", "0"), row("11:10", "1800")];
  assert.equal(nextOf([ordinary, critical]), critical);
  assert.equal(nextOf([critical, early]), early);
});
