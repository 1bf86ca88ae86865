import assert from "node:assert/strict";
import { test } from "node:test";

import { AGAIN_MS, Connection } from "../../static/js/shared/connection.js";

/** A connection whose requests are answered so, one after the other. @param {(object | string)[]} answers */
function answering(...answers) {
  const link = Object.create(Connection.prototype);
  link.asked = 0;
  link.request = async () => {
    link.asked += 1;
    const answer = answers.shift();
    if (typeof answer === "string") throw { code: answer, detail: "" };
    return answer;
  };
  return link;
}

/** Lets what was promised happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("what comes too early is asked again until it is answered", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const link = answering("too_fast", "unavailable", { type: "ack", messages: [1] });
  const answered = link.insist({ type: "sync", after: 0 });
  for (const asked of [1, 2, 3]) {
    await settle();
    assert.equal(link.asked, asked);
    t.mock.timers.tick(AGAIN_MS);
  }
  assert.deepEqual(await answered, { type: "ack", messages: [1] });
});

test("a lost link or a real refusal ends the asking", async () => {
  for (const code of ["disconnected", "not_found"]) {
    await assert.rejects(answering(code).insist({ type: "sync" }), { code, detail: "" });
  }
});
