import assert from "node:assert/strict";
import { test } from "node:test";

import { Classroom } from "../src/room/classroom";
import { BOUND, Outbox } from "../src/room/outbox";
import { TicketOffice, TicketRefused } from "../src/room/tickets";
import { FakeClock, FakeShelf, FakeWire, posted, room, settle } from "./fakes";

class Stand {
  readonly clock = new FakeClock();
  readonly wires: FakeWire[] = [];
  readonly refused: string[] = [];
  tickets = 0;
  refusal: TicketRefused | null = null;
  offline = false;
  #ids = 0;
  readonly classroom: Classroom;

  constructor(readonly shelf = new FakeShelf()) {
    const office = {
      get: () => {
        if (this.offline) return Promise.reject(new TypeError("offline"));
        if (this.refusal) return Promise.reject(this.refusal);
        this.tickets += 1;
        return Promise.resolve({
          ticket: `t${this.tickets}`,
          expires_in: 60,
          media: { watch: "w", publish: null },
        });
      },
      drop: () => undefined,
    };
    this.classroom = new Classroom({
      code: "K7Q2",
      member: 2,
      url: "ws://x",
      tickets: office as unknown as TicketOffice,
      connect: () => {
        const wire = new FakeWire();
        this.wires.push(wire);
        return wire;
      },
      shelf: this.shelf,
      clock: this.clock,
      newId: () => `id-${(this.#ids += 1)}`,
      onChange: () => undefined,
      onEvent: () => undefined,
      onRefused: (_command, code) => this.refused.push(code),
    });
  }

  get wire(): FakeWire {
    const wire = this.wires.at(-1);
    assert.ok(wire);
    return wire;
  }

  /** Dial and get as far as the snapshot. */
  async arrive(seq = 10): Promise<void> {
    this.classroom.enter();
    await settle();
    this.wire.open();
    this.wire.say({ type: "snapshot", state: room({ seq }) });
  }
}

void test("says hello with its ticket and takes the snapshot", async () => {
  const stand = new Stand();
  await stand.arrive();
  assert.deepEqual(stand.wire.sent[0], {
    type: "hello",
    ticket: "t1",
    version: 1,
    epoch: "",
    last_seq: 0,
  });
  assert.equal(stand.classroom.link.phase, "open");
  assert.equal(stand.classroom.room?.seq, 10);
});

void test("comes back with what it has seen, and resumes", async () => {
  const stand = new Stand();
  await stand.arrive();
  stand.wire.say(posted(11));
  stand.wire.drop();
  assert.equal(stand.classroom.link.phase, "waiting");
  await stand.clock.pass(10_000);
  stand.wire.open();
  assert.equal(stand.wire.sent[0]?.["epoch"], "e");
  assert.equal(stand.wire.sent[0]?.["last_seq"], 11);
  stand.wire.say({ type: "resumed", epoch: "e", seq: 13 }, posted(12), posted(13));
  assert.equal(stand.classroom.room?.seq, 13);
  assert.equal(stand.classroom.room?.chat.length, 3);
});

void test("a repeated event is ignored, a missing one makes it ask again", async () => {
  const stand = new Stand();
  await stand.arrive();
  stand.wire.say(posted(11));
  stand.wire.say(posted(11));
  assert.equal(stand.classroom.room?.chat.length, 1);
  const first = stand.wire;
  stand.wire.say([posted(13), posted(14)]);
  await settle();
  assert.equal(first.closed, 4000);
  stand.wire.open();
  assert.equal(stand.wire.sent[0]?.["last_seq"], 11);
  assert.equal(stand.classroom.room?.chat.length, 1);
});

void test("a command is kept, sent again with the same id, and answered once", async () => {
  const stand = new Stand();
  await stand.arrive();
  const answer = stand.classroom.act({ type: "chat.post", text: "a" });
  assert.equal(stand.wire.sentOf("chat.post")[0]?.["id"], "id-1");
  stand.wire.drop();
  await stand.clock.pass(10_000);
  stand.wire.open();
  assert.equal(stand.wire.sentOf("chat.post").length, 0, "not before the welcome");
  stand.wire.say({ type: "resumed", epoch: "e", seq: 10 });
  assert.equal(stand.wire.sentOf("chat.post")[0]?.["id"], "id-1");
  stand.wire.say({ type: "accepted", id: "id-1", seq: 11 });
  assert.equal(await answer, true);
  assert.equal(stand.classroom.unanswered.length, 0);
  assert.equal(stand.classroom.pending.length, 1, "stays until its event is seen");
  stand.wire.say(posted(11));
  assert.equal(stand.classroom.pending.length, 0);
});

void test("an own line in doubt that the snapshot holds is on the page once", async () => {
  const stand = new Stand();
  await stand.arrive();
  const line = (id: number, text: string, at: number): unknown => ({
    ...{ id, text, at, author: { ...room().me } },
    ...{ recalled: false, recalled_by: null, reply_to: null, edited: false, announcement: false, mentions: [] },
  });
  const now = room().now;
  void stand.classroom.act({ type: "chat.post", text: "hello" });
  void stand.classroom.act({ type: "chat.post", text: "long ago" });
  void stand.classroom.act({ type: "chat.post", text: "lost" });
  const chat = [line(3, "long ago", now - 60), line(9, "hello", now)];
  stand.wire.say({ type: "snapshot", state: { ...room({ seq: 20 }), chat } });
  assert.deepEqual(
    stand.classroom.pending.map((one) => one.id),
    ["id-2", "id-3"],
  );
  assert.equal(stand.classroom.unanswered.length, 3, "all are sent again and answered");
});

void test("an own line whose event overtakes its answer is on the page once", async () => {
  const stand = new Stand();
  await stand.arrive();
  const mine = (seq: number): unknown => ({
    type: "chat.posted",
    seq,
    line: {
      ...{ id: seq, author: { ...room().me }, text: "same", at: seq },
      ...{ recalled: false, recalled_by: null, reply_to: null, edited: false, announcement: false, mentions: [] },
    },
  });
  void stand.classroom.act({ type: "chat.post", text: "same" });
  void stand.classroom.act({ type: "chat.post", text: "same" });
  void stand.classroom.act({ type: "chat.post", text: "other" });
  stand.wire.say(posted(11));
  assert.equal(stand.classroom.pending.length, 3, "somebody else's line takes nothing away");
  stand.wire.say(mine(12));
  assert.deepEqual(
    stand.classroom.pending.map((one) => one.id),
    ["id-2", "id-3"],
  );
  assert.equal(stand.classroom.unanswered.length, 3, "kept until it is answered");
  stand.wire.say({ type: "accepted", id: "id-1", seq: 12 });
  assert.equal(stand.classroom.pending.length, 2);
  assert.equal(stand.classroom.unanswered.length, 2);
});

void test("what was done while away is sent on return, also after a reload", async () => {
  const stand = new Stand();
  await stand.arrive();
  stand.wire.drop();
  void stand.classroom.act({ type: "poll.vote", poll: 1, options: [2] });
  const reloaded = new Stand(stand.shelf);
  await reloaded.arrive();
  assert.deepEqual(reloaded.wire.sentOf("poll.vote")[0]?.["options"], [2]);
});

void test("a refusal is told; a busy server is asked again", async () => {
  const stand = new Stand();
  await stand.arrive();
  const answer = stand.classroom.act({ type: "hand.raise" });
  const busy = { type: "refused", id: "id-1", code: "busy", message: "", retry_ms: 500 };
  stand.wire.say(busy);
  await stand.clock.pass(500);
  assert.equal(stand.wire.sentOf("hand.raise").length, 2);
  stand.wire.say({ ...busy, code: "class_ended", message: "over", retry_ms: 0 });
  assert.equal(await answer, false);
  assert.deepEqual(stand.refused, ["class_ended"]);
});

void test("silence is noticed by the ping", async () => {
  const stand = new Stand();
  await stand.arrive();
  const first = stand.wire;
  first.say({ type: "pong", t: stand.clock.now(), now: 1 });
  await stand.clock.pass(14_900);
  assert.equal(first.closed, null);
  await stand.clock.pass(200);
  assert.equal(first.closed, 4001);
  assert.equal(stand.classroom.link.phase, "waiting");
});

void test("measures the way and the server's clock", async () => {
  const stand = new Stand();
  await stand.arrive();
  const t = stand.clock.now();
  await stand.clock.pass(40);
  stand.wire.say({ type: "pong", t, now: 2_000 });
  assert.equal(stand.classroom.roundTrip, 40);
  assert.equal(stand.classroom.now(), 2_000.02);
});

void test("waits as long as the server says, and for good when it says so", async () => {
  const stand = new Stand();
  await stand.arrive();
  stand.wire.say({ type: "bye", code: null, message: "", retry_ms: 2_500 });
  stand.wire.drop(1012);
  await stand.clock.pass(2_400);
  assert.equal(stand.wires.length, 1);
  await stand.clock.pass(200);
  assert.equal(stand.wires.length, 2);
  stand.wire.open();
  stand.wire.say({ type: "bye", code: "removed", message: "out", retry_ms: -1 });
  stand.wire.drop(4403);
  assert.deepEqual(stand.classroom.link, { phase: "closed", code: "removed", message: "out" });
  await stand.clock.pass(60_000);
  assert.equal(stand.wires.length, 2);
});

void test("a bad ticket is replaced, but not for ever", async () => {
  const stand = new Stand();
  stand.classroom.enter();
  for (let turn = 0; turn < 3; turn += 1) {
    await settle();
    stand.wire.open();
    stand.wire.say({ type: "bye", code: "ticket_invalid", message: "", retry_ms: -1 });
    stand.wire.drop(4401);
    await stand.clock.pass(10_000);
  }
  assert.equal(stand.tickets, 3);
  assert.equal(stand.classroom.link.phase, "closed");
});

void test("no network at the ticket office: goes on trying; a refusal there is final", async () => {
  const stand = new Stand();
  stand.offline = true;
  stand.classroom.enter();
  await settle();
  assert.equal(stand.classroom.link.phase, "waiting");
  stand.offline = false;
  stand.refusal = new TicketRefused("not_in_audience", "no");
  await stand.clock.pass(10_000);
  assert.deepEqual(stand.classroom.link, {
    phase: "closed",
    code: "not_in_audience",
    message: "no",
  });
});

void test("the outbox is bounded and forgets what is too old", async () => {
  const shelf = new FakeShelf();
  const outbox = new Outbox(shelf, "k", 0);
  for (let at = 0; at < BOUND; at += 1) {
    void outbox.add({ type: "hand.raise", id: `${at}` }, 0);
  }
  await assert.rejects(outbox.add({ type: "hand.raise", id: "x" }, 0));
  assert.equal(new Outbox(shelf, "k", 1_000).pending.length, BOUND);
  assert.equal(new Outbox(shelf, "k", 3_600_000).pending.length, 0);
  shelf.setItem("k", "not json");
  assert.equal(new Outbox(shelf, "k", 0).pending.length, 0);
});

void test("a ticket is asked for once, and anew when it is about to expire", async () => {
  let now = 0;
  let asked = 0;
  const office = new TicketOffice({
    url: "/t",
    csrf: "c",
    now: () => now,
    fetch: () => {
      asked += 1;
      const media = { watch: "w", publish: null };
      return Promise.resolve(Response.json({ ticket: `t${asked}`, expires_in: 60, media }));
    },
  });
  const [one, two] = await Promise.all([office.get(), office.get()]);
  assert.equal(one, two);
  now = 39_000;
  assert.equal((await office.get()).ticket, "t1");
  now = 41_000;
  assert.equal((await office.get()).ticket, "t2");
  office.drop();
  assert.equal((await office.get()).ticket, "t3");
});

void test("the ticket office says why: outside the audience, or signed out", async () => {
  const office = (answer: Response): TicketOffice =>
    new TicketOffice({ url: "/t", csrf: "c", now: () => 0, fetch: () => Promise.resolve(answer) });
  const code = (wanted: string) => (reason: TicketRefused) => reason.code === wanted;
  const refused = Response.json({ code: "not_in_audience", message: "no" }, { status: 403 });
  await assert.rejects(office(refused).get(), code("not_in_audience"));
  await assert.rejects(office(new Response("<html>", { status: 403 })).get(), code("signed_out"));
});
