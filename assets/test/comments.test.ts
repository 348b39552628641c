import assert from "node:assert/strict";
import { test } from "node:test";

import { LANE, laneCount, Lanes, MOST_LANES } from "../src/comments/lanes";

void test("comments keep to the upper half of any stage", () => {
  for (const height of [120, 219, 400, 700, 2000]) {
    const lanes = laneCount(height);
    assert.ok(lanes >= 1 && lanes <= MOST_LANES);
    assert.ok(lanes === 1 || lanes * LANE <= height / 2);
  }
  assert.equal(laneCount(219), 3, "a phone held upright");
});

void test("no comment runs over another in its lane", () => {
  const lanes = new Lanes();
  const behind: { at: number; lane: number; wide: number; lasts: number }[] = [];
  const stage = 800;
  for (let now = 0; now < 60_000; now += 100) {
    const wide = 60 + ((now / 100) % 7) * 70;
    const way = lanes.take(now, 3, wide, stage);
    if (!way) continue;
    assert.ok(way.lane < 3);
    const before = behind.findLast((one) => one.lane === way.lane);
    if (before) {
      // its tail has left the edge, and it leaves the stage before this one's head gets there
      const speed = (stage + before.wide) / before.lasts;
      assert.ok((now - before.at) * speed >= before.wide);
    }
    behind.push({ at: now, lane: way.lane, wide, lasts: way.lasts });
  }
  assert.ok(behind.length > 20);
});

void test("when every lane is taken it says when one will be free", () => {
  const lanes = new Lanes();
  assert.equal(lanes.soonest(2), 0);
  assert.equal(lanes.take(1000, 2, 120, 600)?.lane, 0);
  assert.equal(lanes.take(1000, 2, 72, 600)?.lane, 1);
  assert.equal(lanes.take(1000, 2, 72, 600), null);
  assert.equal(lanes.soonest(2), 2000);
  assert.equal(lanes.take(2000, 2, 72, 600)?.lane, 1);
});
