/**
 * The line to the server: hello, resume, back-off, gap detection, answers. Knows no DOM.
 *
 * A page that comes back says which events it has; the server answers with the missing ones or
 * with a snapshot. Whatever was not answered is sent again once per connection.
 */
import {
  type AnyCommand,
  type Bye,
  type DurableEvent,
  PROTOCOL_VERSION,
  type ReactionKind,
  type RoomCommand,
  type RoomEventMessage,
} from "../protocol.gen";
import { backOff, type Clock } from "./clock";
import type { Outbox } from "./outbox";
import { type Ticket, TicketRefused } from "./tickets";

/** The part of WebSocket that is needed. */
export interface Wire {
  onopen: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** How the line is. `closed` is final: the server said not to come back. */
export type Link =
  | { readonly phase: "connecting"; readonly attempt: number; readonly since: number }
  | { readonly phase: "open" }
  | {
      readonly phase: "waiting";
      readonly attempt: number;
      readonly since: number;
      /** Unix milliseconds of the next attempt. */
      readonly retryAt: number;
    }
  | { readonly phase: "closed"; readonly code: string; readonly message: string };

export interface SocketOptions {
  readonly url: string;
  readonly tickets: { get(): Promise<Ticket>; drop(): void };
  readonly connect: (url: string) => Wire;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly onEvent: (event: RoomEventMessage) => void;
  readonly onLink: (link: Link) => void;
  /** Round trip and `server clock - own clock`, both ms. */
  readonly onPong: (roundTrip: number, offset: number) => void;
}

const LEAST = 300;
const MOST = 10_000;
/** A connection that has not said snapshot or resumed by then is given up (ms). */
const WELCOME = 10_000;
const PING_EVERY = 10_000;
const PONG_WITHIN = 5_000;
const PROBE_WITHIN = 3_000;
const BAD_TICKET = 4401;
/** Bad tickets in a row that may be an accident: expired on the way, or a key was changed. */
const TICKET_TRIES = 2;
const FINAL_CODES: Readonly<Record<number, string>> = { 4401: "ticket_invalid", 4403: "removed" };

function isDurable(event: RoomEventMessage): event is DurableEvent {
  return "seq" in event && event.type !== "accepted" && event.type !== "resumed";
}

export class RoomSocket {
  #wire: Wire | null = null;
  #connection = 0;
  #welcome = false;
  #epoch = "";
  #seq = 0;
  #attempt = 0;
  #badTickets = 0;
  #downSince: number | null = null;
  #bye: Bye | null = null;
  #stopped = true;
  #cancelRetry: () => void = () => undefined;
  #cancelWatch: () => void = () => undefined;
  #cancelPing: () => void = () => undefined;
  #cancelPong: () => void = () => undefined;

  constructor(private readonly options: SocketOptions) {}

  /** Seq of the newest event seen. */
  get seq(): number {
    return this.#seq;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    void this.#open();
  }

  /** Leave for good: no further attempts. */
  stop(): void {
    this.#stopped = true;
    this.#drop(1000);
    this.#cancelRetry();
  }

  /** Try at once instead of waiting out the back-off. */
  retryNow(): void {
    if (this.#stopped || this.#wire) return;
    this.#cancelRetry();
    void this.#open();
  }

  /** Something happened to the network: prove that the line still carries, quickly. */
  probe(): void {
    if (this.#welcome) this.#ping(PROBE_WITHIN);
    else this.retryNow();
  }

  /** Send what is waiting in the outbox, if the line is up. */
  flush(): void {
    if (!this.#welcome) return;
    for (const command of this.options.outbox.due(this.#connection)) this.#send(command);
  }

  /** A passing reaction: sent now or never. */
  react(kind: ReactionKind): void {
    if (this.#welcome) this.#send({ type: "reaction.send", kind });
  }

  /** The laser pointer: sent now or never. */
  point(x: number, y: number): void {
    if (this.#welcome) this.#send({ type: "slides.point", x, y });
  }

  /** The beginning of a caption: sent now or never. */
  hintCaption(text: string): void {
    if (this.#welcome) this.#send({ type: "caption.hint", text });
  }

  async #open(): Promise<void> {
    const connection = (this.#connection += 1);
    const { clock } = this.options;
    this.#downSince ??= clock.wall();
    this.options.onLink({ phase: "connecting", attempt: this.#attempt, since: this.#downSince });
    let ticket: Ticket;
    try {
      ticket = await this.options.tickets.get();
    } catch (reason) {
      if (connection !== this.#connection || this.#stopped) return;
      if (reason instanceof TicketRefused) this.#close(reason.code, reason.message);
      else this.#wait();
      return;
    }
    if (connection !== this.#connection || this.#stopped) return;
    this.#dial(ticket);
  }

  #dial(ticket: Ticket): void {
    const wire = this.options.connect(this.options.url);
    this.#wire = wire;
    this.#bye = null;
    wire.onopen = () => {
      this.#send({
        type: "hello",
        ticket: ticket.ticket,
        version: PROTOCOL_VERSION,
        epoch: this.#epoch,
        last_seq: this.#seq,
      });
    };
    wire.onmessage = (event) => {
      if (this.#wire === wire) this.#frame(String(event.data));
    };
    wire.onclose = (event) => {
      if (this.#wire === wire) this.#lost(event.code);
    };
    this.#cancelWatch = this.options.clock.after(WELCOME, () => this.#lose());
  }

  #frame(text: string): void {
    const frame = JSON.parse(text) as RoomEventMessage | RoomEventMessage[];
    const wire = this.#wire;
    for (const event of Array.isArray(frame) ? frame : [frame]) {
      this.#receive(event);
      if (this.#wire !== wire) return;
    }
    this.options.outbox.landed(this.#seq);
  }

  #receive(event: RoomEventMessage): void {
    if (isDurable(event)) {
      if (event.seq <= this.#seq) return;
      if (event.seq > this.#seq + 1) return this.#gap();
      this.#seq = event.seq;
    }
    switch (event.type) {
      case "snapshot":
        this.#epoch = event.state.epoch;
        this.#seq = event.state.seq;
        this.options.onEvent(event);
        return this.#welcomed();
      case "resumed":
        this.#epoch = event.epoch;
        return this.#welcomed();
      case "accepted":
        this.options.outbox.accepted(event, this.#seq);
        break;
      case "refused":
        if (event.code === "busy" && this.options.outbox.again(event.id)) {
          this.options.clock.after(event.retry_ms || LEAST, () => this.flush());
          return;
        }
        this.options.outbox.refused(event);
        break;
      case "pong":
        return this.#pong(event.t, event.now);
      case "bye":
        this.#bye = event;
        break;
    }
    this.options.onEvent(event);
  }

  #welcomed(): void {
    this.#cancelWatch();
    this.#welcome = true;
    this.#attempt = 0;
    this.#badTickets = 0;
    this.#downSince = null;
    this.options.onLink({ phase: "open" });
    this.flush();
    this.#ping(PONG_WITHIN);
  }

  /** An event is missing: come back and say which ones are here. */
  #gap(): void {
    this.#drop(4000);
    void this.#open();
  }

  #ping(within: number): void {
    this.#cancelPing();
    this.#cancelPong();
    this.#send({ type: "ping", t: this.options.clock.now() });
    this.#cancelPong = this.options.clock.after(within, () => this.#lose());
  }

  #pong(t: number, serverNow: number): void {
    const { clock } = this.options;
    this.#cancelPong();
    this.#cancelPing();
    this.#cancelPing = clock.after(PING_EVERY, () => this.#ping(PONG_WITHIN));
    const roundTrip = clock.now() - t;
    this.options.onPong(roundTrip, serverNow * 1000 + roundTrip / 2 - clock.wall());
  }

  /** The line is silent: do not wait for the browser to notice. */
  #lose(): void {
    this.#drop(4001);
    this.#wait();
  }

  #lost(code: number): void {
    this.#drop(null);
    const bye = this.#bye;
    if (code === BAD_TICKET && this.#badTickets < TICKET_TRIES) {
      this.options.tickets.drop();
      this.#badTickets += 1;
      return this.#wait();
    }
    if (bye && bye.retry_ms < 0) return this.#close(bye.code ?? "", bye.message);
    const final = FINAL_CODES[code];
    if (final && !bye) return this.#close(final, "");
    this.#wait(bye?.retry_ms);
  }

  #wait(ms?: number): void {
    const { clock } = this.options;
    const delay = ms ?? backOff(this.#attempt, clock.random(), LEAST, MOST);
    this.#attempt += 1;
    this.#downSince ??= clock.wall();
    this.options.onLink({
      phase: "waiting",
      attempt: this.#attempt,
      since: this.#downSince,
      retryAt: clock.wall() + delay,
    });
    this.#cancelRetry();
    this.#cancelRetry = clock.after(delay, () => void this.#open());
  }

  #close(code: string, message: string): void {
    this.#stopped = true;
    this.options.onLink({ phase: "closed", code, message });
  }

  #drop(code: number | null): void {
    const wire = this.#wire;
    this.#wire = null;
    this.#welcome = false;
    for (const cancel of [this.#cancelWatch, this.#cancelPing, this.#cancelPong]) cancel();
    if (wire && code !== null) wire.close(code);
  }

  #send(command: AnyCommand | RoomCommand): void {
    this.#wire?.send(JSON.stringify(command));
  }
}
