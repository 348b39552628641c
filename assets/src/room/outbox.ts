/**
 * Commands on their way: kept until the server has answered, across reconnects and reloads.
 *
 * At most BOUND are kept. A command goes out once per connection with the same id; the server
 * makes repeats harmless.
 */
import type { Accepted, ChatLine, Refused, RoomCommand } from "../protocol.gen";

export const BOUND = 100;
/** A command found after a reload that is older than this (ms) is given up. */
export const TOO_OLD = 10 * 60_000;

/** The part of sessionStorage that is needed. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The server refused a command; `code` is stable, `message` is a sentence for the person. */
export class CommandRefused extends Error {
  constructor(
    readonly code: Refused["code"] | "outbox_full",
    message: string,
    readonly retryMs: number,
  ) {
    super(message);
  }
}

interface Waiting {
  readonly command: RoomCommand;
  /** Unix milliseconds when the person acted. */
  readonly at: number;
  /** Connection it was last sent on; 0: never. */
  sent: number;
  /** Seq of the event that will show its effect; null until accepted. */
  landing: number | null;
  tries: number;
  /** Its event was seen before its answer: it is on the page already. */
  sighted: boolean;
  resolve: (answer: Accepted) => void;
  reject: (reason: CommandRefused) => void;
}

export class Outbox {
  readonly #waiting = new Map<string, Waiting>();

  constructor(
    private readonly shelf: Shelf,
    private readonly key: string,
    wall: number,
  ) {
    for (const { command, at } of this.#load()) {
      if (wall - at > TOO_OLD) continue;
      this.#keep(
        command,
        at,
        () => undefined,
        () => undefined,
      );
    }
  }

  /** Takes a command; the promise settles with the server's answer. */
  add(command: RoomCommand, at: number): Promise<Accepted> {
    if (this.#waiting.size >= BOUND) {
      return Promise.reject(new CommandRefused("outbox_full", "", 0));
    }
    return new Promise((resolve, reject) => {
      this.#keep(command, at, resolve, reject);
      this.#save();
    });
  }

  /** What has to be sent on `connection` and was not yet, in the order it was done. */
  due(connection: number): readonly RoomCommand[] {
    const found: RoomCommand[] = [];
    for (const one of this.#waiting.values()) {
      if (one.landing !== null || one.sent === connection) continue;
      one.sent = connection;
      found.push(one.command);
    }
    return found;
  }

  /** Committed. It stays in `pending` until the event with its seq has been seen. */
  accepted(answer: Accepted, seen: number): void {
    const one = this.#waiting.get(answer.id);
    if (!one) return;
    one.landing = answer.seq;
    one.resolve(answer);
    this.landed(seen);
    this.#save();
  }

  refused(answer: Refused): void {
    const one = this.#waiting.get(answer.id);
    if (!one) return;
    this.#waiting.delete(answer.id);
    one.reject(new CommandRefused(answer.code, answer.message, answer.retry_ms));
    this.#save();
  }

  /** The server was too busy: true when the command may be sent once more on this connection. */
  again(id: string): boolean {
    const one = this.#waiting.get(id);
    if (!one || one.tries >= 3) return false;
    one.tries += 1;
    one.sent = 0;
    return true;
  }

  /** Everything up to `seq` is visible now: drop what it shows. */
  landed(seq: number): void {
    for (const [id, one] of this.#waiting) {
      if (one.landing !== null && one.landing <= seq) this.#waiting.delete(id);
    }
  }

  /**
   * An own line was said. Its event may overtake the answer to its command, so the oldest command
   * with its words is no longer pending; it stays here until it is answered. `before`: only a
   * command given by then can have said it (ms, this machine's clock).
   */
  said(line: ChatLine, before = Infinity): void {
    for (const one of this.#waiting.values()) {
      const { command } = one;
      if (command.type !== "chat.post" || one.sighted || one.at > before) continue;
      if (command.text.normalize("NFC") !== line.text) continue;
      if ((command.reply_to ?? null) !== line.reply_to) continue;
      one.sighted = true;
      return;
    }
  }

  /** Commands whose effect is not visible yet, oldest first. */
  get pending(): readonly RoomCommand[] {
    const unseen = [...this.#waiting.values()].filter((one) => !one.sighted);
    return unseen.map((one) => one.command);
  }

  /** Commands the server has not answered yet. */
  get unanswered(): readonly RoomCommand[] {
    return [...this.#waiting.values()]
      .filter((one) => one.landing === null)
      .map((one) => one.command);
  }

  #keep(
    command: RoomCommand,
    at: number,
    resolve: Waiting["resolve"],
    reject: Waiting["reject"],
  ): void {
    this.#waiting.set(command.id, {
      command,
      at,
      sent: 0,
      landing: null,
      tries: 0,
      sighted: false,
      resolve,
      reject,
    });
  }

  #load(): readonly { command: RoomCommand; at: number }[] {
    try {
      const kept: unknown = JSON.parse(this.shelf.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? (kept as { command: RoomCommand; at: number }[]) : [];
    } catch {
      return [];
    }
  }

  #save(): void {
    const kept = [...this.#waiting.values()]
      .filter((one) => one.landing === null)
      .map(({ command, at }) => ({ command, at }));
    try {
      this.shelf.setItem(this.key, JSON.stringify(kept));
    } catch {
      // Storage full or forbidden: the commands still live as long as the page does.
    }
  }
}
