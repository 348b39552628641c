import assert from "node:assert/strict";
import { test } from "node:test";

import { put, written } from "../src/authoring/order";

const parts = [
  { section: "1", lessons: ["5", "6"] },
  { section: "2", lessons: ["7"] },
];

test("the order is written as the server reads it", () => {
  assert.equal(written(parts), "1:5,6;2:7");
  assert.equal(written([{ section: "1", lessons: [] }]), "1:");
});

test("a lesson goes before another one, into another section, or to the end", () => {
  assert.equal(written(put(parts, "6", "1", "5")), "1:6,5;2:7");
  assert.equal(written(put(parts, "5", "2", "7")), "1:6;2:5,7");
  assert.equal(written(put(parts, "5", "2", null)), "1:6;2:7,5");
  assert.equal(written(put(parts, "5", "1", null)), "1:6,5;2:7");
});

test("dropped on itself it stays, and the order before is untouched", () => {
  assert.equal(written(put(parts, "5", "1", "5")), "1:5,6;2:7");
  assert.equal(written(parts), "1:5,6;2:7");
});
