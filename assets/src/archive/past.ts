/**
 * What was said before the lines of a snapshot: fetched a page at a time, and kept as it is now.
 *
 * Bounded: at most KEPT lines are held beside the state's own; the oldest go first, and what lies
 * before them is read in the archive. Loaded when somebody reads back, see `room/history.ts`.
 */
import {
  CHAT_IN_SNAPSHOT,
  type ChatLine,
  type RoomEventMessage,
  type RoomState,
} from "../protocol.gen";
import type { Asked, Places } from "../room/history";
import { apply } from "../room/state";

export const KEPT = 1000;
/** Milliseconds until a question counts as unanswered. */
const PATIENCE = 15_000;

/** Where lines are kept that an event may change. */
export interface Shelf {
  lines: readonly ChatLine[];
}

/** Lines in their order, as the server tells them. */
export interface Stretch extends Shelf {
  readonly earlier: boolean;
  readonly later: boolean;
}

export class Past implements Shelf {
  lines: readonly ChatLine[] = [];
  failed = false;
  /** Somebody reads old lines: those that the state lets go of are kept here. */
  reading = false;
  /** What is drawn anew when lines have come or changed. */
  readonly shown: Set<{ requestUpdate: () => void }>;
  /** Other lines that change with events: those of the open archive. */
  readonly shelves = new Set<Shelf>([this]);
  readonly places: Places;
  readonly me: number;
  readonly staff: boolean;
  #earlier = true;
  #asking = false;
  #coming: Promise<void> | null = null;
  #room: RoomState | null = null;
  /** Events since a question was asked that is not answered yet. */
  readonly #late = new Set<RoomEventMessage[]>();

  constructor(
    asked: Asked,
    private readonly get: typeof fetch = (...args) => fetch(...args),
  ) {
    this.places = asked.places;
    this.me = asked.me;
    this.staff = asked.staff;
    this.shown = asked.shown;
    this.#room = asked.room;
  }

  /** There are lines before those shown. */
  get more(): boolean {
    return this.lines.length > 0 ? this.#earlier : this.#state.length >= CHAT_IN_SNAPSHOT;
  }

  get asking(): boolean {
    return this.#asking;
  }

  read(reading: boolean, nearTop: boolean): void {
    this.reading = reading;
    if (reading && nearTop && !this.failed) void this.older();
  }

  /** The page before what is shown; who asks while it is on its way waits for the same. */
  older(): Promise<void> {
    this.#coming ??= this.#page().finally(() => (this.#coming = null));
    return this.#coming;
  }

  async #page(): Promise<void> {
    if (this.#asking || !this.more || this.lines.length >= KEPT) return;
    await this.#ask(async () => {
      const first = this.#first;
      const page = await this.fetch<Stretch>(`?before=${first}`);
      if (this.#first !== first) return; // forgotten meanwhile
      this.lines = [...page.lines, ...this.lines];
      this.#earlier = page.earlier;
    });
  }

  /** What the server tells, with what happened to its lines while it was on its way. */
  async fetch<T extends Shelf>(path: string): Promise<T> {
    const happened: RoomEventMessage[] = [];
    this.#late.add(happened);
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await this.get(this.places.chat + path, { signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = (await answer.json()) as T;
      for (const event of happened) this.#change(told, event);
      return told;
    } finally {
      this.#late.delete(happened);
    }
  }

  /** Nobody looks at the chat any more. */
  forget(): void {
    this.lines = [];
    this.#earlier = true;
    this.reading = false;
  }

  /** Called after `event` was applied to `room`. */
  meet(event: RoomEventMessage, room: RoomState): void {
    const before = this.#room?.chat ?? [];
    this.#room = room;
    if (event.type === "snapshot") return void this.#renew();
    if (event.type === "chat.posted") return this.#absorb(before);
    if (!event.type.startsWith("chat.")) return;
    for (const shelf of this.shelves) this.#change(shelf, event);
    for (const happened of this.#late) happened.push(event);
    this.#draw();
  }

  get #state(): readonly ChatLine[] {
    return this.#room?.chat ?? [];
  }

  /** The first line that is shown. */
  get #first(): number {
    return (this.lines[0] ?? this.#state[0])?.id ?? 0;
  }

  #draw(): void {
    for (const part of this.shown) part.requestUpdate();
  }

  #change(shelf: Shelf, event: RoomEventMessage): void {
    const room = this.#room;
    if (room && shelf.lines.length > 0) shelf.lines = apply({ ...room, chat: shelf.lines }, event).chat;
  }

  #absorb(before: readonly ChatLine[]): void {
    if (!this.reading && !this.#asking && this.lines.length === 0) return;
    const first = this.#state[0]?.id ?? 0;
    const all = [...this.lines, ...before.filter((line) => line.id < first)];
    if (all.length > KEPT) this.#earlier = true;
    this.lines = all.slice(-KEPT);
  }

  /** After a time away lines may be missing in between, and others may have been taken back. */
  async #renew(): Promise<void> {
    const oldest = this.lines[0]?.id;
    if (oldest === undefined) return;
    const found: Shelf = { lines: [] };
    this.shelves.add(found);
    await this.#ask(async () => {
      let first = this.#state[0]?.id ?? 0;
      let earlier = true;
      while (earlier && first > oldest && found.lines.length < KEPT) {
        const page = await this.fetch<Stretch>(`?before=${first}`);
        found.lines = [...page.lines, ...found.lines];
        ({ earlier } = page);
        first = found.lines[0]?.id ?? 0;
      }
      this.lines = found.lines;
      this.#earlier = earlier;
    });
    this.shelves.delete(found);
    if (this.failed) this.forget(); // rather none than such as were taken back
  }

  async #ask(work: () => Promise<void>): Promise<void> {
    this.#asking = true;
    this.failed = false;
    this.#draw();
    try {
      await work();
    } catch {
      this.failed = true;
    } finally {
      this.#asking = false;
      this.#draw();
    }
  }
}
