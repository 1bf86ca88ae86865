import assert from "node:assert/strict";
import { test } from "node:test";

const { contrastWithWhite, readColour } = await import("../../static/js/pages/colours.js");
const { lookOf } = await import("../../static/js/pages/site-preview.js");

const SAVED = {
  colour: "#5b4a9e", corner: "right", theme: "auto", sound: true, online: "", offline: "", greeting: "Здравствуйте!",
  operators: true, attaches: true, file_size: 1, notice: { text: "", url: "", version: 3 },
};

/** @param {Record<string, string>} fields */
function typed(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return lookOf(/** @type {any} */ (SAVED), form);
}

test("a colour is read as the server reads it", () => {
  assert.equal(readColour(" 5B4A9E "), "#5b4a9e");
  assert.equal(readColour("#a0F"), "#aa00ff");
  assert.equal(readColour(""), "");
  assert.equal(readColour("фиолетовый"), null);
  assert.equal(readColour("#5b4a9e;}"), null);
});

test("white is read on it as the server finds", () => {
  for (const [colour, contrast] of [["#000000", "21.00"], ["#777777", "4.48"], ["#767676", "4.54"], ["#5b4a9e", "7.20"]]) {
    assert.equal(contrastWithWhite(colour).toFixed(2), contrast);
  }
});

test("what is typed is worn before it is saved", () => {
  const look = typed({ colour: "#123456", window_greeting: " Привет ", theme: "dark", shows_operators: "on" });
  assert.deepEqual([look.colour, look.greeting, look.theme], ["#123456", "Привет", "dark"]);
  assert.deepEqual([look.operators, look.attaches, look.sound], [true, false, false]);
});

test("half a colour leaves the one that is saved", () => assert.equal(typed({ colour: "#12" }).colour, "#5b4a9e"));

test("what the form does not ask stays", () => assert.equal(typed({}).notice.version, 3));
