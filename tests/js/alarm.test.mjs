import assert from "node:assert/strict";
import { test } from "node:test";
import { Profile, load } from "./browser.mjs";

const OFFER = [{ conversation: "a", name: "Марина", sender: "Илья" }];

/** The alarm of a zone, and what it has played. */
async function alarm() {
  new Profile().open();
  const played = [];
  const panel = { sound: { play: (tone) => played.push(tone) } };
  const zone = { dataset: { soundVisitor: "visitor", soundTransfer: "transfer" }, querySelector: () => panel };
  const { Alarm } = await load("zone/alarm");
  return { alarm: new Alarm(zone, { show: () => {} }), played };
}

test("what is handed over rings in a tone of its own, once for each", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { alarm: bell, played } = await alarm();
  bell.offered(OFFER, true);
  bell.offered(OFFER, true);
  assert.deepEqual(played, ["transfer"]);
});

test("a deadline that presses is heard once for each time it is told", async () => {
  const { alarm: bell, played } = await alarm();
  bell.deadline("2026-00001", "Осталась четверть срока");
  assert.deepEqual(played, ["transfer"]);
});

test("on a break nothing rings", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { alarm: bell, played } = await alarm();
  bell.offered(OFFER, false);
  t.mock.timers.tick(25_000);
  assert.deepEqual(played, []);
});

test("it rings on until it is decided", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { alarm: bell, played } = await alarm();
  bell.offered(OFFER, true);
  t.mock.timers.tick(25_000);
  assert.equal(played.length, 3);
  bell.offered([], true);
  t.mock.timers.tick(25_000);
  assert.equal(played.length, 3);
});
