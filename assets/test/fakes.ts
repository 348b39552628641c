/** A clock that is moved by hand, and a line whose other end is the test. */
import type { PollState, RoomEventMessage, RoomState } from "../src/protocol.gen";
import type { Clock } from "../src/room/clock";
import type { Shelf } from "../src/room/outbox";
import type { Wire } from "../src/room/socket";

export class FakeClock implements Clock {
  #now = 1_000;
  readonly #due = new Map<number, { at: number; run: () => void }>();
  #next = 0;

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now;
  }

  random(): number {
    return 1;
  }

  after(ms: number, run: () => void): () => void {
    const id = (this.#next += 1);
    this.#due.set(id, { at: this.#now + ms, run });
    return () => this.#due.delete(id);
  }

  /** Lets `ms` pass, running what becomes due in its order. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#due].sort((a, b) => a[1].at - b[1].at)[0];
      if (!next || next[1].at > end) break;
      this.#due.delete(next[0]);
      this.#now = next[1].at;
      next[1].run();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets promises that are ready run on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

export class FakeWire implements Wire {
  onopen: Wire["onopen"] = null;
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  readonly sent: Record<string, unknown>[] = [];
  closed: number | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(code = 1005): void {
    this.closed = code;
  }

  open(): void {
    this.onopen?.({} as Event);
  }

  say(...events: readonly unknown[]): void {
    const frame = events.length === 1 ? events[0] : events;
    this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent);
  }

  drop(code = 1006): void {
    this.onclose?.({ code } as CloseEvent);
  }

  sentOf(type: string): readonly Record<string, unknown>[] {
    return this.sent.filter((one) => one["type"] === type);
  }
}

export class FakeShelf implements Shelf {
  readonly kept = new Map<string, string>();

  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
}

export const host = {
  id: 1,
  name: "郭建业",
  latin: "Guo Jianye",
  role: "host",
  unit: "",
  unit_en: "",
} as const;

export function room(change: Partial<RoomState> = {}): RoomState {
  return {
    room: "K7Q2",
    epoch: "e",
    seq: 10,
    now: 1,
    me: { ...host, id: 2, role: "member" },
    title: "",
    lecturer: host,
    phase: "live",
    starts_at: 0,
    minutes: 90,
    started_at: 0,
    ended_at: null,
    recording: "off",
    stage: [],
    lines: [],
    chat: [],
    pinned: null,
    polls: [],
    questions: [],
    asked: [],
    chat_rules: { slow: 0, closed: false },
    chat_muted: false,
    floor: "invited",
    layout: "slides",
    spotlight: null,
    silent: [],
    anonymous_questions: true,
    hands: [],
    hand_up: false,
    whispers: { unread: 0, threads: 0, changed: 0 },
    speakers: [],
    removed: [],
    admission: null,
    reports: [],
    slides: null,
    captions: [],
    presence: { online: 0, expected: 0, people: [] },
    attendance: [],
    lost: [],
    breaks: [],
    checks: 0,
    checks_asked: 0,
    check: null,
    ...change,
  };
}

export function posted(seq: number): RoomEventMessage {
  const line = { id: seq, author: host, text: `${seq}`, at: seq, recalled: false, recalled_by: null, reply_to: null, edited: false, announcement: false, mentions: [] };
  return { type: "chat.posted", seq, line };
}

/** An open poll with three options, nobody voted yet. */
export function somePoll(id = 1, change: Partial<PollState> = {}): PollState {
  return {
    id,
    kind: "single",
    question: "Which?",
    options: [11, 12, 13].map((one) => ({ id: one, text: String(one) })),
    least: 1,
    most: 1,
    changeable: true,
    anonymous: false,
    seconds: null,
    phase: "open",
    published: false,
    voters: 0,
    counts: null,
    answers: null,
    voted: false,
    mine: [],
    my_answers: [],
    opened_at: 100,
    deadline: null,
    correct: [],
    explanation: "",
    origin: null,
    round: 1,
    deck: null,
    page: null,
    place: 0,
    ...change,
  };
}
