/** Text wins where there is text; a picture alone is a picture; a folder is told from a file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { droppedFiles, pastedFiles } from "../../static/js/shared/carried.js";

const PICTURE = { name: "image.png" };

/** @param {{text?: string, files?: {name: string}[], folders?: string[]}} what */
function transfer({ text = "", files = [], folders = [] }) {
  const items = [
    ...files.map((file) => ({ kind: "file", getAsFile: () => file, webkitGetAsEntry: () => null })),
    ...folders.map((name) => ({ kind: "file", getAsFile: () => ({ name }), webkitGetAsEntry: () => ({ isDirectory: true, name }) })),
    { kind: "string", getAsFile: () => null },
  ];
  return { items, getData: (type) => (type === "text/plain" ? text : "") };
}

const names = ({ files }) => files.map(({ name }) => name);

const PASTES = [
  ["cells of a spreadsheet", { text: "Итого\t100\n", files: [PICTURE] }, []],
  ["text alone", { text: "привет" }, []],
  ["a picture alone", { files: [PICTURE] }, ["image.png"]],
  ["a picture beside blank cells", { text: "\t\n", files: [PICTURE] }, ["image.png"]],
  ["a file copied on a Mac, with its name", { text: "отчёт.pdf", files: [{ name: "отчёт.pdf" }] }, ["отчёт.pdf"]],
  ["a file copied on Linux, with its path", { text: "file:///srv/%D1%8F.txt", files: [{ name: "я.txt" }] }, ["я.txt"]],
  ["a file copied on Windows, with its path", { text: "C:\\tmp\\a.txt", files: [{ name: "a.txt" }] }, ["a.txt"]],
  ["text that only mentions the file", { text: "смотри a.txt", files: [{ name: "a.txt" }] }, []],
];

for (const [name, what, attached] of PASTES) {
  test(`of ${name}, ${attached.length ? "the file is attached" : "the text is written"}`, () => {
    assert.deepEqual(names(pastedFiles(transfer(what))), attached);
  });
}

test("a folder is no file", () => {
  const { files, folders } = droppedFiles(transfer({ files: [{ name: "a.txt" }], folders: ["Документы"] }));
  assert.deepEqual([files.length, folders], [1, ["Документы"]]);
});

test("a folder copied in a file manager is pasted as one", () => {
  assert.deepEqual(pastedFiles(transfer({ text: "Документы", folders: ["Документы"] })).folders, ["Документы"]);
});
