import assert from "node:assert/strict";
import { test } from "node:test";

import { STROKE_EDGE, STROKE_NUMBERS } from "../src/protocol.gen";
import { BLOCK, Bytes } from "../src/slides/bytes";
import { path } from "../src/slides/strokes";
import { simplified } from "../src/slides/thin";

const file = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % 251);
/** The length of the document that ends with each page. */
const ends = [90_000, 90_500, 130_000, 200_000];

/** A server that gives what was shown, and remembers what was asked. */
function server(asked: string[]): typeof fetch {
  return (url, how) => {
    const to = Number(new URL(String(url), "http://x").searchParams.get("to"));
    const size = ends[to - 1] ?? 0;
    const range = (how?.headers as Record<string, string>)["Range"] ?? "";
    asked.push(range);
    const found = /^bytes=(\d*)-(\d*)$/.exec(range);
    assert.ok(found, range);
    const first = found[1] ? Number(found[1]) : Math.max(0, size - Number(found[2]));
    const last = found[1] && found[2] ? Math.min(Number(found[2]), size - 1) : size - 1;
    return Promise.resolve(
      new Response(file.slice(first, last + 1), {
        status: 206,
        headers: { "Content-Range": `bytes ${first}-${last}/${size}` },
      }),
    );
  };
}

void test("every byte is what the server has, whatever was asked before", async () => {
  const bytes = new Bytes("/f", server([]));
  for (const to of [1, 2, 4]) {
    const grown = await bytes.grow(to);
    assert.equal(grown.size, ends[to - 1]);
    for (const [begin, end] of [[0, 100], [80_000, 90_000], [grown.size - 300, grown.size], [5_000, 70_000]] as const) {
      assert.deepEqual(await bytes.read(grown, begin, end), file.slice(begin, end), `${to} ${begin}`);
    }
  }
  const old = await bytes.grow(2);
  assert.equal(old.size, 90_500, "an earlier page may be asked for again");
  assert.deepEqual(await bytes.read(old, 89_000, 90_500), file.slice(89_000, 90_500));
});

void test("who has the pages before fetches only what is new", async () => {
  const asked: string[] = [];
  const bytes = new Bytes("/f", server(asked));
  const first = await bytes.grow(1);
  await bytes.read(first, 0, first.size);
  asked.length = 0;
  const second = await bytes.grow(2);
  await bytes.read(second, 0, second.size);
  assert.deepEqual(asked, [`bytes=${Math.floor(90_000 / BLOCK) * BLOCK}-`]);
});

void test("bytes that are known are not asked for again", async () => {
  const asked: string[] = [];
  const bytes = new Bytes("/f", server(asked));
  const grown = await bytes.grow(3);
  await bytes.read(grown, 0, 20_000);
  asked.length = 0;
  await bytes.read(grown, 100, 20_000);
  assert.deepEqual(asked, []);
});

void test("a refusal is not asked for again", async () => {
  let asked = 0;
  const no: typeof fetch = () => {
    asked += 1;
    return Promise.resolve(new Response("", { status: 404 }));
  };
  await assert.rejects(new Bytes("/f", no).grow(1));
  assert.equal(asked, 1);
});

void test("a long line of a hand fits the wire and keeps its ends", () => {
  const hand = Array.from({ length: 5_000 }, (_, i) => ({ x: i / 5_000, y: Math.sin(i / 9) / 3 + 0.5 }));
  const points = simplified(hand);
  assert.ok(points.length <= STROKE_NUMBERS && points.length > 100, String(points.length));
  assert.deepEqual(points.slice(0, 2), [0, STROKE_EDGE / 2]);
  assert.ok(points.every((one) => Number.isInteger(one) && one >= 0 && one <= STROKE_EDGE));
});

void test("a straight line needs two points, a touch one, and nothing leaves the page", () => {
  const straight = Array.from({ length: 50 }, (_, i) => ({ x: i / 49, y: i / 49 }));
  assert.deepEqual(simplified(straight), [0, 0, STROKE_EDGE, STROKE_EDGE]);
  assert.deepEqual(simplified([{ x: -3, y: 7 }]), [0, STROKE_EDGE]);
});

void test("a path is as high as the page", () => {
  assert.equal(path([0, 0, 10_000, 10_000], 0.5625), "M0 0L10000 5625");
  assert.equal(path([100, 100], 1), "M100 100h.1");
});
