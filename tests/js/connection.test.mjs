import assert from "node:assert/strict";
import { test } from "node:test";

import { AGAIN_MS, Connection, backoff, newId } from "../../static/js/shared/connection.js";
import { Profile, define } from "./browser.mjs";

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

// The link

/** Sockets as `serve(socket, frame, number)` answers each frame of the numbered attempt. */
function connect(t, serve) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  t.mock.method(performance, "now", () => Date.now());
  new Profile().open();
  globalThis.removeEventListener = () => {};
  define("location", { href: "http://127.0.0.1/chat/" });
  let attempts = 0;
  class Socket {
    static OPEN = 1;
    readyState = Socket.OPEN;
    constructor(url) {
      const number = (attempts += 1);
      this.url = url;
      this.send = (frame) => queueMicrotask(() => serve(this, JSON.parse(frame), number));
      queueMicrotask(() => this.onopen?.());
    }
    answer = (frame) => this.onmessage?.({ data: JSON.stringify(frame) });
    end = (code) => this.onclose?.({ code });
    close() {}
  }
  define("WebSocket", Socket);
  const link = new Connection({ url: "/ws/", hello: () => ({ type: "hello" }) });
  const told = { states: [], refused: [], attempts: () => attempts };
  link.addEventListener("state", ({ detail }) => told.states.push(detail.connected));
  link.addEventListener("refused", ({ detail }) => told.refused.push(detail.code));
  link.start();
  t.after(() => link.stop());
  return [link, told];
}

const welcomes = (socket, frame) => frame.type === "hello" && socket.answer({ type: "welcome" });

test("a link counts only after the welcome", async (t) => {
  let [greeted, welcome] = [null, () => {}];
  const [link] = connect(t, (socket, frame) => {
    greeted = frame.type;
    welcome = () => welcomes(socket, frame);
  });
  await settle();
  assert.deepEqual([greeted, link.connected, link.url], ["hello", false, "ws://127.0.0.1/ws/"]);
  welcome();
  assert.equal(link.connected, true);
});

test("a closed link comes back by itself", async (t) => {
  const [, { states }] = connect(t, (socket, frame, number) => {
    welcomes(socket, frame);
    if (number === 1) socket.end(1012);
  });
  await settle();
  assert.deepEqual(states, [true, false]);
  t.mock.timers.tick(backoff(0, 1));
  await settle();
  assert.deepEqual(states, [true, false, true]);
});

test("a refused link stays away", async (t) => {
  const [link, { refused, attempts }] = connect(t, (socket) => socket.end(4401));
  await settle();
  t.mock.timers.tick(60_000);
  await settle();
  assert.deepEqual([refused, attempts(), link.connected], [[4401], 1, false]);
});

test("an unanswered ping ends a link that looks open", async (t) => {
  const sent = [];
  const [link, { states }] = connect(t, (socket, frame) => {
    sent.push(frame.type);
    welcomes(socket, frame);
  });
  await settle();
  t.mock.timers.tick(5_000);
  assert.equal(link.connected, true);
  t.mock.timers.tick(10_000);
  await settle();
  assert.deepEqual(states.slice(0, 2), [true, false]);
  assert.deepEqual(sent.slice(0, 2), ["hello", "ping"]);
});

test("while nobody waits for anything the link is asked about more seldom", async (t) => {
  let [isCalm, pings] = [true, 0];
  const [link] = connect(t, (socket, frame) => {
    welcomes(socket, frame);
    if (frame.type !== "ping") return;
    pings += 1;
    socket.answer({ type: "ack", id: frame.id });
  });
  link.isCalm = () => isCalm;
  await settle();
  t.mock.timers.tick(19_000);
  await settle();
  assert.equal(pings, 0);
  isCalm = false;
  t.mock.timers.tick(1_000);
  await settle();
  assert.equal(pings, 1);
});

test("nothing is said into a link that is closing, and what was asked fails when it has closed", async (t) => {
  const said = [];
  let closing;
  const [link] = connect(t, (socket, frame) => {
    said.push(frame.type);
    welcomes(socket, frame);
    closing ??= socket;
  });
  await settle();
  closing.readyState = 2;
  link.post({ type: "typing" });
  const asked = assert.rejects(link.request({ type: "sync" }), { code: "disconnected" });
  await settle();
  assert.deepEqual(said, ["hello"]);
  closing.end(1012);
  await asked;
});

test("requests fail aloud when the link drops", async (t) => {
  const [link] = connect(t, (socket, frame) => {
    if (frame.type === "hello") welcomes(socket, frame);
    else socket.end(1011);
  });
  await settle();
  assert.equal(link.connected, true);
  await assert.rejects(link.request({ type: "message" }), { code: "disconnected", detail: "" });
});

test("a page that is frozen gives its link up, and says nothing old when it wakes", async (t) => {
  const [link, { attempts }] = connect(t, welcomes);
  await settle();
  const asleep = [];
  link.addEventListener("state", ({ detail }) => asleep.push([detail.connected, detail.isAsleep]));
  document.dispatchEvent(new Event("freeze"));
  assert.deepEqual([asleep.at(-1), attempts()], [[false, true], 1]);
  document.dispatchEvent(new Event("resume"));
  assert.deepEqual([asleep.at(-1), attempts()], [[false, true], 2]);
  await settle();
  assert.deepEqual(asleep.at(-1), [true, false]);
});

test("so does a machine that slept without a word", async (t) => {
  const [link, { attempts }] = connect(t, welcomes);
  await settle();
  const states = [];
  link.addEventListener("state", ({ detail }) => states.push(detail.connected));
  t.mock.timers.setTime(Date.now() + 60_000);
  t.mock.timers.tick(1_000);
  assert.deepEqual([states, attempts()], [[false], 2]);
  await settle();
  assert.deepEqual(states, [false, true]);
});

// Back-off

test("back-off grows from a third of a second to fifteen", () => {
  const delays = [0, 3, 6, 20].map((attempt) => backoff(attempt, 1));
  assert.deepEqual(delays, delays.toSorted((one, other) => one - other));
  assert.ok(delays[0] >= 300 && delays[0] < 600);
  assert.equal(delays.at(-1), 15_000);
});

test("back-off is spread by chance", () => {
  assert.deepEqual([backoff(9, 0), backoff(9, 0.5)], [300, 7650]);
});

test("an id is a version four uuid", () => {
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
});
