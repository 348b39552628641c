/**
 * One person in one room: state, line and commands together. Knows no DOM.
 *
 * Elements read `room`, `link` and `pending`, act through the methods, and are told of changes.
 */
import type {
  ReactionKind,
  RoomCommand,
  RoomEventMessage,
  RoomState,
} from "../protocol.gen";
import type { Clock } from "./clock";
import { CommandRefused, Outbox, type Shelf } from "./outbox";
import { type Link, RoomSocket, type Wire } from "./socket";
import { apply } from "./state";
import type { TicketOffice } from "./tickets";

export interface ClassroomOptions {
  readonly code: string;
  readonly member: number;
  readonly url: string;
  readonly tickets: TicketOffice;
  readonly connect: (url: string) => Wire;
  readonly shelf: Shelf;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Something of `room`, `link`, `pending` or `roundTrip` is different. */
  readonly onChange: () => void;
  /** Each event after it was applied, for announcements and passing reactions. */
  readonly onEvent: (event: RoomEventMessage) => void;
  /** A command was refused: a code and, mostly, a sentence. */
  readonly onRefused: (command: RoomCommand, code: string, message: string) => void;
}

/** A command before it has its id. */
export type Draft = RoomCommand extends infer Each
  ? Each extends RoomCommand
    ? Omit<Each, "id">
    : never
  : never;

export class Classroom {
  room: RoomState | null = null;
  link: Link = { phase: "connecting", attempt: 0, since: 0 };
  /** Ms to the server and back; null before the first pong. */
  roundTrip: number | null = null;
  handsTotal = 0;
  #offset = 0;
  readonly #outbox: Outbox;
  readonly #socket: RoomSocket;

  constructor(private readonly options: ClassroomOptions) {
    const { clock, tickets, connect, url } = options;
    this.#outbox = new Outbox(
      options.shelf,
      `liveclass.outbox.${options.code}.${options.member}`,
      clock.wall(),
    );
    this.#socket = new RoomSocket({
      url,
      tickets,
      connect,
      clock,
      outbox: this.#outbox,
      onEvent: (event) => this.#event(event),
      onLink: (link) => {
        this.link = link;
        options.onChange();
      },
      onPong: (roundTrip, offset) => {
        this.roundTrip = roundTrip;
        this.#offset = offset;
        options.onChange();
      },
    });
  }

  /** Unix seconds on the server's clock. */
  now(): number {
    return (this.options.clock.wall() + this.#offset) / 1000;
  }

  get pending(): readonly RoomCommand[] {
    return this.#outbox.pending;
  }

  get unanswered(): readonly RoomCommand[] {
    return this.#outbox.unanswered;
  }

  enter(): void {
    this.#socket.start();
  }

  leave(): void {
    this.#socket.stop();
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  probe(): void {
    this.#socket.probe();
  }

  react(kind: ReactionKind): void {
    this.#socket.react(kind);
  }

  point(x: number, y: number): void {
    this.#socket.point(x, y);
  }

  hintCaption(text: string): void {
    this.#socket.hintCaption(text);
  }

  /** Sends a command; true when it was committed, false when it was refused (and shown). */
  async act(draft: Draft): Promise<boolean> {
    const command = { ...draft, id: this.options.newId() } as RoomCommand;
    const answer = this.#outbox.add(command, this.options.clock.wall());
    this.#socket.flush();
    this.options.onChange();
    try {
      await answer;
      return true;
    } catch (reason) {
      if (!(reason instanceof CommandRefused)) throw reason;
      this.options.onRefused(command, reason.code, reason.message);
      return false;
    } finally {
      this.options.onChange();
    }
  }

  /** Own lines that came about while the line was cut: their answers are still on the way. */
  #recognise(state: RoomState): void {
    const known = Math.max(0, ...(this.room?.chat ?? []).map((line) => line.id));
    for (const line of state.chat) {
      if (line.author.id !== this.options.member || line.id <= known) continue;
      this.#outbox.said(line, line.at * 1000 - this.#offset + CLOCKS);
    }
  }

  #event(event: RoomEventMessage): void {
    if (event.type === "snapshot") {
      this.#offset = event.state.now * 1000 - this.options.clock.wall();
      this.handsTotal = event.state.hands.length;
      this.#recognise(event.state);
    }
    if (event.type === "chat.posted" && event.line.author.id === this.options.member) {
      this.#outbox.said(event.line);
    }
    if (event.type === "hands.changed") this.handsTotal = event.total;
    if (this.room || event.type === "snapshot") {
      this.room = apply(this.room ?? (event as { state: RoomState }).state, event);
    }
    this.options.onEvent(event);
    this.options.onChange();
  }
}

/** How far a line's time may seem to lie before its command's: clocks and the way (ms). */
const CLOCKS = 5_000;

/** A command id: a UUID also where `crypto.randomUUID` is missing (plain http in a local network). */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
