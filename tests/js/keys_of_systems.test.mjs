/** Shortcuts never write: by the modifiers of each system, by letters on every layout. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isApple, isComposing, isPaletteKey, named, shortcut } from "../../static/js/shared/system.js";

const [MAC, OTHER] = [true, false];

/** @param {string} keys e.g. "Control+Alt" */
function press(keys, key, code) {
  const has = (name) => keys.split("+").includes(name);
  return {
    key, code, altKey: has("Alt"), ctrlKey: has("Control"), metaKey: has("Meta"), shiftKey: has("Shift"),
    getModifierState: (name) => has(name),
  };
}

const PRESSES = [
  ["Alt+A", OTHER, press("Alt", "a", "KeyA"), "KeyA"],
  ["Alt+A on a Russian layout", OTHER, press("Alt", "ф", "KeyA"), "KeyA"],
  ["Alt and the letter A of a French layout", OTHER, press("Alt", "a", "KeyQ"), "KeyA"],
  ["Alt and an arrow", OTHER, press("Alt", "ArrowUp", "ArrowUp"), "ArrowUp"],
  ["AltGr of Windows", OTHER, press("Control+Alt+AltGraph", "ą", "KeyA"), null],
  ["AltGr of Linux", OTHER, press("AltGraph", "æ", "KeyA"), null],
  ["AltGr with Alt", OTHER, press("Alt+AltGraph", "æ", "KeyA"), null],
  ["Control+Alt", OTHER, press("Control+Alt", "a", "KeyA"), null],
  ["Alt+Shift", OTHER, press("Alt+Shift", "A", "KeyA"), null],
  ["Option+A of a Mac, which writes å", MAC, press("Alt", "å", "KeyA"), null],
  ["Option+A of a Mac on a Russian layout", MAC, press("Alt", "ƒ", "KeyA"), null],
  ["Option and an arrow of a Mac, which moves the caret", MAC, press("Alt", "ArrowUp", "ArrowUp"), null],
  ["Control+Option+A of a Mac", MAC, press("Control+Alt", "å", "KeyA"), "KeyA"],
  ["Control+Option+A where Option is told as AltGraph", MAC, press("Control+Alt+AltGraph", "å", "KeyA"), "KeyA"],
  ["Command+Option of a Mac", MAC, press("Meta+Alt", "å", "KeyA"), null],
];

for (const [name, system, event, meant] of PRESSES) {
  test(`${name} is ${meant ? "a shortcut" : "none"}`, () => assert.equal(shortcut(event, system), meant));
}

for (const [name, system, event, meant] of [
  ["Control+K", OTHER, press("Control", "k", "KeyK"), true],
  ["Control+K on a Russian layout", OTHER, press("Control", "л", "KeyK"), true],
  ["Control+Alt+K", OTHER, press("Control+Alt", "k", "KeyK"), false],
  ["K alone", OTHER, press("", "k", "KeyK"), false],
  ["Command+K of a Mac", MAC, press("Meta", "k", "KeyK"), true],
  ["Control+K of a Mac, which deletes to the end of the line", MAC, press("Control", "k", "KeyK"), false],
]) {
  test(`${name} opens ${meant ? "the palette" : "nothing"}`, () => assert.equal(isPaletteKey(event, system), meant));
}

test("tooltips name a shortcut as a Mac has it", () => {
  const titles = ["Передать (Alt+T)", "Быстрый переход (Ctrl+K)", "Открытых обращений"];
  assert.deepEqual(titles.map(named), ["Передать (Control+Option+T)", "Быстрый переход (⌘K)", "Открытых обращений"]);
});

for (const [platform, apple] of [["MacIntel", true], ["iPad", true], ["iPhone", true], ["Win32", false], ["Linux x86_64", false]]) {
  test(`${platform} is ${apple ? "" : "not "}written on as Apple's are`, () => assert.equal(isApple({ platform }), apple));
}

test("what the browser says of the system itself comes first", () => {
  assert.equal(isApple({ platform: "", userAgentData: { platform: "macOS" } }), true);
});

test("the Enter that ends a composition in Safari is not one of its own", () => {
  assert.deepEqual([{ isComposing: true, keyCode: 13 }, { isComposing: false, keyCode: 229 }].map(isComposing), [true, true]);
  assert.equal(isComposing({ isComposing: false, keyCode: 13 }), false);
});
