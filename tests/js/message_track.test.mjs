/** Which numbers of a conversation are in the log, and which are missing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { extend, follow, hasHole, isEarlier, trackOf } from "../../static/js/shared/message-track.js";

test("numbers in a row are no gap", () => {
  const track = trackOf([]);
  assert.deepEqual([1, 2, 3].map((seq) => follow(track, seq)), [false, false, false]);
});

test("a skipped number is a gap until it comes", () => {
  const track = trackOf([1, 2]);
  assert.deepEqual([4, 3].map((seq) => follow(track, seq)), [true, false]);
  assert.equal(track.last, 4);
});

test("a number that comes twice is no gap", () => {
  const track = trackOf([1, 2]);
  assert.equal(follow(track, 2), false);
  assert.equal(track.last, 2);
});

test("a history that begins late is no gap", () => {
  const track = trackOf([53, 51, 52]);
  assert.deepEqual([track.first, track.last, hasHole(track)], [51, 53, false]);
});

test("a page with a hole in it knows that it has one", () => {
  const track = trackOf([51, 52, 60]);
  assert.deepEqual([track.last, hasHole(track)], [52, true]);
});

test("what stands before the page is not the log's to put in, until it is asked for", () => {
  const track = trackOf([51, 52, 53]);
  assert.deepEqual([50, 51].map((seq) => isEarlier(track, seq)), [true, false]);
  extend(track, [31, 32, 50]);
  assert.deepEqual([30, 31, 50].map((seq) => isEarlier(track, seq)), [true, false, false]);
});

test("a conversation that begins here has nothing before it", () => {
  assert.equal(isEarlier(trackOf([]), 1), false);
});
