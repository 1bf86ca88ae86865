/** Templates: what typed words find of them, what they become, what is never sent. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { drawn, entryOf, excerpt, find, marked, MOST_DRAWN } from "../../static/js/zone/template-search.js";
import { fillIn, firstUnfilled, partsOf } from "../../static/js/zone/template-text.js";
import { define } from "./browser.mjs";

define("HTMLElement", class {});
define("customElements", { define() {} });
const { askedBy } = await import("../../static/js/zone/answer-templates.js");
const { TemplateStore } = await import("../../static/js/zone/template-store.js");

let ids = 0;
const template = (fields) => ({ id: (ids += 1), code: `N.${ids}`, title: "", text: "", group: "", site: null, isOwn: false, uses: 0, files: [], ...fields });
const SITE = 1;
const titles = (templates, query, wanted = {}) => find(templates.map(entryOf), { query, site: SITE, ...wanted }).map(({ template: { title } }) => title);

const KEPT = [
  template({ code: "B.014", title: "Порты СФЕРА.Видео 4.12", text: "{имя}, внешние подключения идут через 5349" }),
  template({ code: "B.015", title: "Проверка открытых портов", text: "Откройте терминал" }),
  template({ code: "C.003", title: "Отчёт по трафику", text: "укажите порт и период", isOwn: true }),
  template({ code: "порт", title: "Совсем другое" }),
];

for (const [what, query, found] of [
  ["nothing typed", "  ", 4],
  ["a code in another case", "b.015", 1],
  ["words of title and text in any order", "терминал проверка", 1],
  ["«е» for «ё»", "ОТЧЕТ", 1],
  ["«ё» for «е» in the text", "тёрминал", 1],
  ["a Russian word on English keys", "gjhn", 4],
  ["a letter that is written as two signs", "отче\u0308т", 1],
  ["a word that is not there", "порт луна", 0],
]) {
  test(`${what} finds ${found}`, () => assert.equal(titles(KEPT, query).length, found));
}

test("the exact code is first, then the start of a title, then what this operator uses", () => {
  const used = [...KEPT, template({ title: "Ещё про порты", uses: 9 }), template({ title: "Порталы", uses: 2 })];
  assert.deepEqual(titles(used, "порт"), ["Совсем другое", "Порталы", "Порты СФЕРА.Видео 4.12", "Ещё про порты", "Проверка открытых портов", "Отчёт по трафику"]);
});

test("of what is used alike, what stands first is first", () => {
  assert.deepEqual(titles([template({ title: "Б" }), template({ title: "А" })], ""), ["Б", "А"]);
});

test("another site's are not offered, nor others than those that were chosen", () => {
  const kept = [template({ title: "Везде" }), template({ title: "Здесь", site: SITE }), template({ title: "Там", site: 2 }), template({ title: "Моё", isOwn: true })];
  assert.deepEqual(titles(kept, ""), ["Везде", "Здесь", "Моё"]);
  assert.deepEqual(titles(kept, "", { whose: "own" }), ["Моё"]);
  assert.deepEqual(titles(kept, "", { whose: "shared" }), ["Везде", "Здесь"]);
});

test("of two thousand so many are drawn, and counted all", () => {
  const many = Array.from({ length: 2000 }, (_, number) => template({ title: `Порт ${number}`, text: "текст ".repeat(100), isOwn: number % 2 === 0 }));
  const groups = drawn(find(many.map(entryOf), { query: "порт", site: SITE }));
  assert.equal(groups.flatMap(({ hits }) => hits).length, MOST_DRAWN);
  assert.deepEqual(groups.map(({ isOwn, count }) => [isOwn, count]), [[true, 1000], [false, 1000]]);
});

test("whose the best one is are drawn first", () => {
  const kept = [template({ title: "Общий порт" }), template({ title: "Порт", isOwn: true })];
  assert.deepEqual(drawn(find(kept.map(entryOf), { query: "порт", site: SITE })).map(({ isOwn }) => isOwn), [true, false]);
});

const shown = (pieces) => pieces.map(({ text, isFound }) => (isFound ? `[${text}]` : text)).join("");

test("what was found is marked, whatever its case, and where words overlap once", () => {
  assert.equal(shown(marked("Порты и порталы", ["порт"])), "[Порт]ы и [порт]алы");
  assert.equal(shown(marked("Отчёт", ["отчет", "чет"])), "[Отчёт]");
  assert.equal(shown(marked("İзмир порт", ["порт"])), "İзмир [порт]");
  assert.deepEqual(marked("", ["порт"]), []);
  assert.equal(shown(marked("Порты", [])), "Порты");
});

test("of a long text the line that was found is shown", () => {
  assert.equal(excerpt("Первая\n\nвторая", []), "Первая вторая");
  assert.equal(excerpt("Откройте настройки сервера и укажите порт и период", ["порт"]), "…сервера и укажите порт и период");
  assert.ok(excerpt("слово ".repeat(1000), []).length <= 160);
});

// What placeholders become

const VALUES = { имя: "Марина", оператор: "Илья", номер_заявки: null };

test("what is known is filled in, and what is not stays in its braces", () => {
  assert.equal(fillIn("{имя}, заявка {номер_заявки}. {оператор}", VALUES), "Марина, заявка {номер_заявки}. Илья");
  assert.equal(fillIn('{"port": 5349} {чужое}', VALUES), '{"port": 5349} {чужое}');
});

test("a value that looks like a placeholder is not filled in itself", () => {
  assert.equal(fillIn("{имя}", { имя: "{оператор}", оператор: "Илья" }), "{оператор}");
});

test("each piece says what it stands for and whether that is missing", () => {
  assert.deepEqual(partsOf("А {имя} {номер_заявки}", VALUES), [
    { text: "А ", name: "", isMissing: false },
    { text: "Марина", name: "имя", isMissing: false },
    { text: " ", name: "", isMissing: false },
    { text: "{номер_заявки}", name: "номер_заявки", isMissing: true },
  ]);
});

test("the first placeholder that nothing stands for is found, code in braces is not", () => {
  const names = new Set(Object.keys(VALUES));
  assert.deepEqual(firstUnfilled("a {b} {номер_заявки} {имя}", names), { name: "номер_заявки", start: 6, end: 20 });
  assert.equal(firstUnfilled("a {b} {}", names), null);
});

// How the panel is asked for

for (const [what, data, before, asks] of [
  ["at the start", "/", "/", true],
  ["after a space", "/", "Добрый день! /", true],
  ["on a new line", "/", "Добрый день!\n/", true],
  ["with a word at once", "/порт", "/порт", true],
  ["within a word", "/", "и/", false],
  ["another sign", "п", "/п", false],
]) {
  test(`a slash ${what} ${asks ? "asks" : "does not ask"} for templates`, () => {
    assert.equal(askedBy({ data, inputType: "insertText" }, before), asks ? data : null);
  });
}

test("what is pasted, put in by a script or taken back asks for nothing", () => {
  for (const inputType of ["insertFromPaste", "historyUndo", undefined]) assert.equal(askedBy({ data: "/", inputType }, "/"), null);
});

// Asked for once

function answering(...answers) {
  const asked = [];
  globalThis.document = { body: { getAttribute: () => "{}" } };
  globalThis.fetch = async (address, { headers }) => {
    asked.push(headers["If-None-Match"]);
    const answer = answers.shift();
    if (answer === undefined) throw new TypeError("no link");
    return answer;
  };
  return asked;
}

const given = (templates, tag) => new Response(JSON.stringify({ templates, words: { телефон: "112" } }), { headers: { ETag: tag } });
const settled = (store) => new Promise((resolve) => store.addEventListener("change", resolve, { once: true }));

test("they are asked for once, and again with the tag of those that are there", async () => {
  const asked = answering(given([template({ title: "Порты", text: "{имя}" })], "one"), given([], "two"));
  const store = new TemplateStore();
  store.renew();
  assert.deepEqual(asked, []);
  store.begin("/chat/templates/");
  await settled(store);
  store.begin("/chat/templates/");
  assert.deepEqual([store.state, store.entries.length, [...store.names]], ["there", 1, ["телефон", "имя"]]);
  store.renew();
  await settled(store);
  assert.deepEqual([asked, store.entries.length], [["", "one"], 0]);
});

test("without a link what is there stays, and what is not there is said to have failed", async () => {
  answering();
  const store = new TemplateStore();
  store.begin("/chat/templates/");
  await settled(store);
  assert.equal(store.state, "failed");
  answering(given([template({})], "one"));
  store.begin("/chat/templates/");
  await settled(store);
  store.renew();
  await settled(store);
  assert.deepEqual([store.state, store.entries.length], ["there", 1]);
});
