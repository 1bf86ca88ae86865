import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { documentElement: { lang: "ru" } };
const { momentText, openingText, timeText } = await import("../../static/js/shared/times.js");

/** One moment, said at noon of Moscow, read in three places. */
const AT = new Date("2026-11-23T22:30:00Z");
const NOW = new Date("2026-11-23T09:00:00Z");
const READ = {
  "Europe/Moscow": { time: "01:30", near: "завтра", until: "завтра, 01:30", full: "24.11.2026 01:30" },
  "America/New_York": { time: "17:30", near: "17:30", until: "17:30", full: "23.11.2026 17:30" },
  "Asia/Kamchatka": { time: "10:30", near: "завтра", until: "завтра, 10:30", full: "24.11.2026 10:30" },
};

/** @param {string} zone @param {() => void} read */
function inZone(zone, read) {
  const before = process.env.TZ;
  process.env.TZ = zone;
  read();
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
}

test("a moment is read by the clock of the reader", () => {
  for (const [zone, read] of Object.entries(READ)) {
    inZone(zone, () => {
      for (const [look, words] of Object.entries(read)) assert.equal(timeText(look, AT, NOW), words, `${look} in ${zone}`);
    });
  }
});

test("a day is told by its name, one long ago with its year", () => {
  inZone("Europe/Moscow", () => {
    const told = ["2026-11-22T09:00Z", "2026-11-20T09:00Z", "2025-03-02T09:00Z"];
    assert.deepEqual(told.map((at) => timeText("near", new Date(at), NOW)), ["вчера", "20 нояб.", "2 мар. 2025 г."]);
  });
});

test("days are those of the calendar, also where a clock is put back between", () => {
  inZone("Europe/Berlin", () => {
    const now = new Date("2026-10-24T22:30:00Z"); // 0:30 of a day of 25 hours
    assert.equal(timeText("near", new Date("2026-10-25T22:30:00Z"), now), "23:30");
    assert.equal(timeText("near", new Date("2026-10-25T23:30:00Z"), now), "завтра");
  });
});

test("a choice has its words around the moment", () => {
  inZone("Europe/Moscow", () => {
    assert.equal(momentText("15 мин ({time})", AT, NOW), "15 мин (01:30)");
    assert.equal(momentText("{day} до {time}", AT, NOW), "завтра до 01:30");
  });
});

test("what opens next is named by its day and the reader's clock", () => {
  const days = ["в вс", "в пн", "во вт", "в ср", "в чт", "в пт", "в сб"];
  /** @param {string} at */
  const told = (at) => openingText(new Date(at), days, NOW);
  inZone("Europe/Moscow", () => {
    assert.equal(told("2026-11-23T11:00Z"), "сегодня с 14:00");
    assert.equal(told("2026-11-24T06:00Z"), "завтра с 9:00");
    assert.equal(told("2026-11-25T06:30Z"), "в ср с 9:30");
    assert.equal(told("2026-11-29T06:00Z"), "в вс с 9:00");
    assert.equal(told("2026-11-30T06:00Z"), "30 ноября с 9:00");
    assert.equal(told("2026-11-22T06:00Z"), "22 ноября с 9:00");
  });
  inZone("Asia/Kamchatka", () => assert.equal(told("2026-11-23T12:30Z"), "завтра с 0:30"));
});
