/** Who looks at a conversation, as far as they said lately. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Lookers } from "../../static/js/zone/lookers.js";

const darya = { account: "2", name: "Дарья" };
const anton = { account: "3", name: "Антон" };

test("who looks and who writes are told apart, by name", () => {
  const lookers = new Lookers();
  lookers.told({ ...darya, state: "looks" }, 0);
  lookers.told({ ...anton, state: "looks" }, 0);
  lookers.told({ account: "4", name: "Илья", state: "writes" }, 0);
  assert.deepEqual(lookers.at(1000), { looks: ["Антон", "Дарья"], writes: ["Илья"] });
});

test("who writes no more still looks", () => {
  const lookers = new Lookers();
  lookers.told({ ...darya, state: "writes" }, 0);
  assert.deepEqual(lookers.at(8000), { looks: ["Дарья"], writes: [] });
  lookers.told({ ...darya, state: "writes" }, 9000);
  lookers.told({ ...darya, state: "looks" }, 9500);
  assert.deepEqual(lookers.at(9600), { looks: ["Дарья"], writes: [] });
});

test("who left is gone at once, and who is not heard of, soon", () => {
  const lookers = new Lookers();
  lookers.told({ ...darya, state: "looks" }, 0);
  lookers.told({ ...anton, state: "looks" }, 0);
  lookers.told({ ...darya, state: "gone" }, 100);
  assert.deepEqual(lookers.at(200).looks, ["Антон"]);
  assert.deepEqual(lookers.at(25_001), { looks: [], writes: [] });
});
