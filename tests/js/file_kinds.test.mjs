import assert from "node:assert/strict";
import { test } from "node:test";

const { kindOf } = await import("../../static/js/shared/file-kinds.js");

for (const [name, type, kind] of [
  ["снимок.PNG", "image/png", "pictures"],
  ["схема.svg", "image/svg+xml", "texts"],
  ["запись.ogg", "audio/ogg", "media"],
  ["экран.mp4", "video/mp4", "media"],
  ["договор.pdf", "application/pdf", "documents"],
  ["отчёт.xlsx", "", "documents"],
  ["журнал.log", "", "texts"],
  ["данные.csv", "application/vnd.ms-excel", "texts"],
  ["архив.tar.gz", "application/gzip", "archives"],
  ["без ничего", "", ""],
  ["странный.bin", "application/octet-stream", ""],
]) {
  test(`${name} is ${kind || "for the server to tell"}`, () => assert.equal(kindOf({ name, type }), kind));
}
