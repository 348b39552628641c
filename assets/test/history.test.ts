import assert from "node:assert/strict";
import { test } from "node:test";

import { marked, MOST, Reader } from "../src/archive/reader";
import type { Places } from "../src/room/history";
import type { ChatLine, RoomEventMessage, RoomState } from "../src/protocol.gen";
import { KEPT, Past } from "../src/archive/past";

const ANN = { id: 2, name: "田蕊", latin: "Tian Rui", role: "member", unit: "", unit_en: "" } as const;

function line(id: number, text = `line ${id}`): ChatLine {
  return { id, author: ANN, text, at: id, recalled: false, recalled_by: null, reply_to: null, edited: false, announcement: false, mentions: [] };
}

const range = (first: number, last: number): ChatLine[] =>
  Array.from({ length: last - first + 1 }, (_, n) => line(first + n));

const room = (first: number, last: number): RoomState =>
  ({ seq: last, chat: range(first, last), pinned: null }) as unknown as RoomState;

const posted = { type: "chat.posted" } as RoomEventMessage;
const snapshot = { type: "snapshot" } as RoomEventMessage;
const recalled = (message: number): RoomEventMessage =>
  ({ type: "chat.recalled", seq: 1, message, by: ANN }) as RoomEventMessage;

const PAGE = 60;
const asking = (places: Places) => ({ places, me: 1, staff: false, shown: new Set<never>(), room: null });

/** A server with the lines 1 … `last`. */
function server(last: number, happen: () => void = () => undefined) {
  const asked: string[] = [];
  const get = ((path: string) => {
    asked.push(path);
    const url = new URL(path, "http://x/");
    const before = Number(url.searchParams.get("before") ?? 0);
    const after = Number(url.searchParams.get("after") ?? 0);
    const around = Number(url.searchParams.get("around") ?? 0);
    let lines = range(Math.max(1, before - PAGE), before - 1);
    if (after) lines = range(after + 1, Math.min(last, after + PAGE));
    if (around) lines = range(Math.max(1, around - 30), Math.min(last, around + 30));
    const body = {
      lines,
      earlier: (lines[0]?.id ?? 1) > 1,
      later: (lines.at(-1)?.id ?? last) < last,
    };
    happen();
    return Promise.resolve(new Response(JSON.stringify(body)));
  }) as unknown as typeof fetch;
  const places = { chat: "/chat/", chatProgram: "", chatStyles: "" };
  return { asked, history: new Past(asking(places), get) };
}

const ids = (lines: readonly ChatLine[]): string =>
  lines.length === 0 ? "" : `${lines[0]?.id ?? 0}–${lines.at(-1)?.id ?? 0}`;

void test("a late joiner pages back to the first line", async () => {
  const { history, asked } = server(300);
  history.meet(snapshot, room(101, 300));
  assert.equal(history.more, true);
  await history.older();
  assert.equal(ids(history.lines), "41–100");
  await history.older();
  assert.equal(ids(history.lines), "1–100");
  assert.equal(history.more, false);
  await history.older();
  assert.equal(asked.length, 2);
});

void test("a short class has nothing before what is shown", () => {
  const { history } = server(20);
  history.meet(snapshot, room(1, 20));
  assert.equal(history.more, false);
});

void test("lines the state lets go of stay while somebody reads, and none is missing", async () => {
  const { history } = server(400);
  history.meet(snapshot, room(101, 300));
  history.meet(posted, room(102, 301));
  assert.equal(history.lines.length, 0, "who follows along needs none");
  history.reading = true;
  history.meet(posted, room(103, 302));
  assert.equal(ids(history.lines), "102–102");
  await history.older();
  assert.equal(ids(history.lines), "42–102");
  history.forget();
  assert.equal(history.lines.length, 0);
});

void test("memory is bounded: the oldest lines go first, and can be read again", async () => {
  const { history } = server(4000);
  history.meet(snapshot, room(1801, 2000));
  while (history.lines.length < KEPT) await history.older();
  const oldest = history.lines[0]?.id ?? 0;
  await history.older();
  assert.equal(history.lines[0]?.id, oldest, "no more than that is fetched");
  history.meet(posted, room(1841, 2040));
  assert.equal(history.lines.length, KEPT);
  assert.equal(history.lines.at(-1)?.id, 1840);
  assert.equal(history.more, true);
});

void test("a line recalled is recalled among the old ones, and in an answer on its way", async () => {
  const { history } = server(300, () => history.meet(recalled(50), room(101, 300)));
  history.meet(snapshot, room(101, 300));
  await history.older();
  assert.equal(history.lines.find((one) => one.id === 50)?.text, "");
  history.meet(recalled(60), room(101, 300));
  assert.equal(history.lines.find((one) => one.id === 60)?.recalled, true);
});

void test("after a time away the same stretch is read again, without a gap", async () => {
  const { history } = server(900);
  history.meet(snapshot, room(101, 300));
  await history.older();
  history.meet(snapshot, room(701, 900));
  while (history.asking) await new Promise((done) => setTimeout(done, 0));
  assert.equal(history.lines.at(-1)?.id, 700);
  assert.ok((history.lines[0]?.id ?? 0) <= 41);
});

void test("what cannot be read again is not shown as it was", async () => {
  const { history } = server(900);
  history.meet(snapshot, room(101, 300));
  await history.older();
  const places = { chat: "/chat/", chatProgram: "", chatStyles: "" };
  const cut = new Past(asking(places), () => Promise.reject(new Error("cut")));
  cut.meet(snapshot, room(101, 300));
  cut.lines = history.lines;
  cut.meet(snapshot, room(701, 900));
  while (cut.asking) await new Promise((done) => setTimeout(done, 0));
  await new Promise((done) => setTimeout(done, 0));
  assert.equal(cut.lines.length, 0);
  assert.equal(cut.failed, true);
});

void test("a place is read on in both directions and stays bounded", async () => {
  const { history } = server(2000);
  history.meet(snapshot, room(1801, 2000));
  const reader = new Reader(history);
  await reader.go(900);
  assert.equal(ids(reader.place?.lines ?? []), "870–930");
  for (let n = 0; n < 6; n += 1) await reader.earlier();
  assert.equal(reader.place?.lines.length, MOST);
  assert.equal(ids(reader.place?.lines ?? []), "510–809");
  assert.equal(reader.place?.later, true);
  await reader.later();
  assert.equal(ids(reader.place?.lines ?? []), "570–869");
  history.meet(recalled(700), room(1801, 2000));
  assert.equal(reader.place?.lines.find((one) => one.id === 700)?.recalled, true);
  reader.close();
  assert.equal(history.shelves.size, 1);
});

void test("what was looked for is marked where it can be seen", () => {
  assert.deepEqual(marked("先把疏水阀打开", "疏水阀"), ["先把", "疏水阀", "打开"]);
  assert.deepEqual(marked("Open the Drain", " open "), ["", "Open", " the Drain"]);
  assert.equal(marked("６.５ ＭＰａ", "6.5"), null);
});
