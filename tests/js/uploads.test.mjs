import assert from "node:assert/strict";
import test from "node:test";
import { IN_PIECES_FROM, goesInPieces, idIn, mayPass } from "../../static/js/shared/uploads.js";

test("a small file goes at once, a large one in pieces where the server takes them", () => {
  const file = (size) => /** @type {any} */ ({ size });
  const place = (piecesUrl) => /** @type {any} */ ({ piecesUrl });
  assert.equal(goesInPieces(file(IN_PIECES_FROM), place("/uploads/")), false);
  assert.equal(goesInPieces(file(IN_PIECES_FROM + 1), place("/uploads/")), true);
  assert.equal(goesInPieces(file(IN_PIECES_FROM + 1), place("")), false);
});

test("what may pass is tried again, what will not is told", () => {
  for (const status of [0, 409, 423, 500, 502, 503, 504]) assert.equal(mayPass(status), true, `${status}`);
  for (const status of [400, 401, 403, 404, 412, 413, 415, 422, 429, 507]) assert.equal(mayPass(status), false, `${status}`);
});

test("the file has the id that its upload had", () => {
  assert.equal(idIn("http://host/chat/uploads/6f2b5c1e/"), "6f2b5c1e");
  assert.equal(idIn("/widget/demo/uploads/6f2b5c1e/"), "6f2b5c1e");
});
