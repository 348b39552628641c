/**
 * The questions at times of a recording. Which one is due is decided by playing; an answer is kept
 * on this device until the server has taken it, and carries a name, so that it counts once.
 */
export interface Point {
  readonly id: number;
  /** Second of the recording. */
  readonly at: number;
  readonly passed: boolean;
  readonly url: string;
}

export interface Asked {
  readonly kind: string;
  readonly text: string;
  readonly options: readonly string[];
  readonly unit: string;
}

export type Said = number | readonly number[] | string | null;

export interface Verdict {
  readonly right: boolean;
  /** Seconds until another answer is taken. */
  readonly wait: number;
  readonly explanation: string;
}

/** `later`: nobody answered. `refused`: not now; the sentence says why. `gone`: it is asked no more. */
export type Reply =
  | { readonly kind: "marked"; readonly verdict: Verdict }
  | { readonly kind: "refused"; readonly words: string }
  | { readonly kind: "gone" }
  | { readonly kind: "later" };

export interface Lines {
  fetch(point: Point): Promise<Asked | null>;
  send(point: Point, id: string, said: Said): Promise<Reply>;
}

export interface Memory {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export type Phase = "loading" | "asking" | "sending" | "waiting" | "wrong" | "right" | "trouble";

export interface Card {
  readonly point: Point;
  readonly asked: Asked | null;
  readonly phase: Phase;
  readonly draft: Said;
  readonly words: string;
}

/** Seconds of the recording that are watched again. */
export const AGAIN = 60;
/** Seconds after its time within which a question still belongs to it. */
const NEAR = 1.5;
const RETRY = 5_000;

interface Unsent {
  readonly id: string;
  readonly said: Said;
}

export class Docked {
  card: Card | null = null;
  #points: readonly Point[];
  #passed = new Set<number>();
  #last = 0;
  #asked = new Map<number, Asked>();
  #loading = new Set<number>();

  constructor(
    points: readonly Point[],
    private readonly lines: Lines,
    private readonly memory: Memory,
    private readonly changed: () => void,
    private readonly name: () => string = () => crypto.randomUUID(),
    private readonly later: (act: () => void, ms: number) => void = (act, ms) =>
      void setTimeout(act, ms),
  ) {
    this.#points = [...points].sort((a, b) => a.at - b.at);
    this.learn(points);
    for (const point of this.open) if (this.#unsent(point)) void this.#deliver(point);
  }

  get total(): number {
    return this.#points.length;
  }

  /** Those that are not answered yet. */
  get open(): readonly Point[] {
    return this.#points.filter((one) => !this.#passed.has(one.id));
  }

  /** Another device may have answered some. */
  learn(points: readonly Point[]): void {
    for (const one of points) if (one.passed) this.#passed.add(one.id);
    if (this.card && this.#passed.has(this.card.point.id) && this.card.phase !== "right") {
      this.card = null;
    }
  }

  /** Playing has come to `time`; whether it has to stop because a question is due. */
  moved(time: number, playing: boolean): boolean {
    const from = this.#last;
    this.#last = time;
    const soon = this.open.find((one) => one.at >= time && one.at < time + AGAIN);
    if (soon && !this.#asked.has(soon.id)) void this.#load(soon);
    if (!playing || this.card) return false;
    // a jump asks nothing: what it jumps over is asked at the end
    if (time < from || time - from > NEAR) return false;
    const due = this.open.find((one) => one.at > from && one.at <= time && !this.#unsent(one));
    if (!due) return false;
    this.ask(due);
    return true;
  }

  /** It is about to play on from `time`, or has come to its end: what has to be answered first. */
  due(time: number, ended: boolean): boolean {
    const near = this.open.find(
      (one) => !this.#unsent(one) && (ended || (time >= one.at && time - one.at < NEAR)),
    );
    if (!near || this.card) return false;
    this.ask(near);
    return true;
  }

  ask(point: Point): void {
    const draft = this.#read(`draft-${point.id}`) as Said;
    const asked = this.#asked.get(point.id) ?? null;
    this.card = { point, asked, phase: asked ? "asking" : "loading", draft, words: "" };
    this.changed();
    if (!asked) void this.#load(point);
  }

  /** What is being answered, kept for a reload. */
  draft(said: Said): void {
    const { card } = this;
    if (!card || card.phase !== "asking") return;
    this.card = { ...card, draft: said };
    this.#write(`draft-${card.point.id}`, said);
  }

  /** Send the answer. */
  async answer(said: Said): Promise<void> {
    const { card } = this;
    if (!card || card.phase !== "asking") return;
    this.#write(`sent-${card.point.id}`, { id: this.name(), said } satisfies Unsent);
    this.card = { ...card, phase: "sending", draft: said };
    this.changed();
    await this.#deliver(card.point);
  }

  /** Away with it; the second from which to play on, or to watch once more. */
  close(): number {
    const { card } = this;
    this.card = null;
    if (!card) return this.#last;
    const to = card.phase === "wrong" ? Math.max(0, card.point.at - AGAIN) : Math.max(this.#last, card.point.at + 0.1);
    this.#last = to;
    this.changed();
    return to;
  }

  async #load(point: Point): Promise<void> {
    if (this.#loading.has(point.id)) return;
    this.#loading.add(point.id);
    const asked = this.#asked.get(point.id) ?? (await this.lines.fetch(point).catch(() => null));
    if (asked) this.#asked.set(point.id, asked);
    if (asked) this.#loading.delete(point.id);
    else {
      this.later(() => {
        this.#loading.delete(point.id);
        if (this.card?.point.id === point.id) void this.#load(point);
      }, RETRY);
    }
    const { card } = this;
    if (card?.point.id !== point.id || (card.phase !== "loading" && card.phase !== "trouble")) return;
    this.card = { ...card, asked, phase: asked ? "asking" : "trouble" };
    this.changed();
  }

  async #deliver(point: Point): Promise<void> {
    const unsent = this.#unsent(point);
    if (!unsent) return;
    const reply = await this.lines.send(point, unsent.id, unsent.said).catch(() => LATER);
    const mine = this.card?.point.id === point.id ? this.card : null;
    if (reply.kind === "later") {
      if (mine) this.card = { ...mine, phase: "waiting" };
      this.later(() => void this.#deliver(point), RETRY);
      return this.changed();
    }
    this.memory.remove(`sent-${point.id}`);
    if (reply.kind === "gone") {
      this.#passed.add(point.id);
      if (mine) this.card = null;
    } else if (reply.kind === "refused") {
      if (mine) this.card = { ...mine, phase: "wrong", words: reply.words };
    } else {
      this.memory.remove(`draft-${point.id}`);
      const { right, explanation } = reply.verdict;
      if (right) this.#passed.add(point.id);
      if (mine) this.card = { ...mine, phase: right ? "right" : "wrong", words: "", draft: null };
      if (mine && right && explanation) this.card = { ...mine, phase: "right", words: explanation };
    }
    this.changed();
  }

  #unsent(point: Point): Unsent | null {
    return this.#read(`sent-${point.id}`) as Unsent | null;
  }

  #read(key: string): unknown {
    try {
      return JSON.parse(this.memory.get(key) ?? "null");
    } catch {
      return null;
    }
  }

  #write(key: string, value: unknown): void {
    this.memory.set(key, JSON.stringify(value));
  }
}

const LATER: Reply = { kind: "later" };
