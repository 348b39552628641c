import assert from "node:assert/strict";
import { test } from "node:test";

import { fresh } from "../src/media/speakers";

const at = (source: number, timestamp: number) => ({ source, timestamp });

test("who sent a packet lately is there, the newest first", () => {
  assert.deepEqual(fresh([at(1013, 900), at(1017, 1000)], 1100), [1017, 1013]);
});

test("who has been replaced in her place is not there any more", () => {
  assert.deepEqual(fresh([at(1013, 100), at(1017, 1000)], 1100), [1017]);
  assert.deepEqual(fresh([], 1100), []);
});
