/** Whose a row is and what it calls for: the table that chat/access.py is tested by. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { groupOf, hasDeeds, isAddressed, isNamed, mayCancel, rings, whoseZone } from "../../static/js/zone/access.js";

const { people, cases } = JSON.parse(readFileSync(new URL("../access_cases.json", import.meta.url), "utf8"));
const zones = Object.entries(people).map(([account, one]) => ({ isAdministrator: false, ...one, account }));

/** What the page has of it for each who sees it. */
function shown(row, ask) {
  return Object.fromEntries(zones.map((who) => [who.account, ask({ ...row, guests: JSON.stringify(row.guests ?? []) }, who)]));
}

/** @param {{seen: object}} one @param {(seen: any) => unknown} ask */
function told({ seen }, ask) {
  return Object.fromEntries(Object.entries(seen).map(([account, one]) => [account, ask(one)]));
}

/** Of those who see it: to the others no row is pushed. */
function ofThose(seen, all) {
  return Object.fromEntries(Object.keys(seen).map((account) => [account, all[account]]));
}

for (const one of cases) {
  const { row, seen } = one;
  test(`what ${one.case} stands where the table says`, () => {
    assert.deepEqual(ofThose(seen, shown(row, groupOf)), told(one, ({ group }) => group));
  });

  test(`what ${one.case} rings with whom the table says`, () => {
    const calls = (data, who) => groupOf(data, who) === "waiting" && rings(data, who);
    assert.deepEqual(ofThose(seen, shown(row, calls)), told(one, ({ rings: calling }) => calling));
  });

  test(`who has buttons for what ${one.case} is told when they become others, and nobody else`, () => {
    const buttons = ["accept", "pass", "close", "take", "move", "transfer", "return"];
    const has = ofThose(seen, shown(row, hasDeeds));
    const idle = Object.keys(seen).filter((account) => !has[account]);
    assert.deepEqual(idle.filter((account) => buttons.some((deed) => seen[account].may.split(" ").includes(deed))), []);
    if (row.state === "active") assert.equal(has[row.operator], true);
    if (row.state === "active") assert.notEqual(has.colleague, true);
  });

  test(`a transfer of what ${one.case} is answered and withdrawn by whom the table says`, () => {
    const isGoing = Boolean(row.toAccount ?? row.toDepartment);
    const deeds = { decide_transfer: isAddressed, cancel_transfer: mayCancel };
    for (const [deed, rule] of Object.entries(deeds)) {
      const may = shown(row, (data, who) => isGoing && rule(data, who));
      assert.deepEqual(ofThose(seen, may), told(one, ({ may: listed }) => listed.split(" ").includes(deed)), deed);
    }
  });
}

test("a guest's part in a conversation is not that of who has a like number", () => {
  const row = { state: "active", operator: "1", guests: '[{"account": 22, "isIn": true}]' };
  assert.equal(groupOf(row, whoseZone({ account: "2" })), "others");
});

test("a row that names no account rings with nobody", () => {
  assert.equal(rings({ ringsFor: "" }, whoseZone({ account: "2" })), false);
});

test("a part for administrators is for nobody else", () => {
  const isShown = (administrator) => isNamed("7 administrators", whoseZone({ account: "2", administrator }));
  assert.deepEqual(["yes", "no", undefined].map(isShown), [true, false, false]);
});

test("a part for nobody is for nobody", () => {
  assert.equal(isNamed("", whoseZone({ account: "2", administrator: "yes" })), false);
});
