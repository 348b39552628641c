/** What a replay is made of, as the server tells it: pieces of media, and the log of the class. */
import type { DurableEvent, RecordingPhase, RoomPhase } from "../protocol.gen";
import type { PdfUrls } from "../slides/pages";
import type { Asked } from "./asking";

/** Made by `liveclass.replay.views`. */
export interface ReplayData {
  readonly title: string;
  readonly timeZone: string;
  readonly csrf: string;
  /** What counts for the reader already, in seconds of the class; empty while it runs. */
  readonly covered: readonly (readonly [number, number])[];
  /** What is asked again, and what of it is answered. */
  readonly asked: Asked;
  readonly urls: PdfUrls & {
    /** Where slides are fetched, with a slash at its end. */
    readonly slides: string;
    readonly events: string;
    /** Folder of the files, with a slash at its end. */
    readonly files: string;
    readonly room: string;
    readonly summary: string;
    /** Gives this page the right to say what it plays, and takes what it says. */
    readonly open: string;
    readonly watched: string;
    /** Where an answer to a poll goes, but for its number and a slash. */
    readonly answer: string;
    /** The program that plays playlists. */
    readonly hls: string;
  };
}

/** One continuous take of one track; seconds since the recording began, on the room's clock. */
export interface Piece {
  readonly file: string;
  readonly playlist: string;
  readonly stream: string;
  readonly kind: string;
  readonly mime: string;
  readonly start: number;
  readonly duration: number;
  readonly closed: boolean;
}

/** An event of the log at second `t` of the recording. */
export interface Told {
  readonly t: number;
  readonly event: DurableEvent;
}

/** From where to where a replay is shown, in seconds of the recording. */
export interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** One answer: the pieces as they are now and a stretch of the log. */
export interface Answer {
  readonly began: number;
  readonly now: number;
  readonly phase: RoomPhase;
  readonly started: number | null;
  readonly ended: number | null;
  /** What of it is shown; null: all. */
  readonly bounds: Bounds | null;
  readonly recording: RecordingPhase;
  readonly pieces: readonly Piece[];
  readonly events: readonly Told[];
  readonly withdrawn: { readonly lines: readonly number[]; readonly questions: readonly number[] };
  readonly last: number;
  readonly more: boolean;
}

function isGone(told: Told, gone: Answer["withdrawn"]): boolean {
  const { event } = told;
  switch (event.type) {
    case "chat.posted":
      return gone.lines.includes(event.line.id);
    case "chat.edited":
      return gone.lines.includes(event.message);
    case "question.asked":
    case "question.changed":
      return gone.questions.includes(event.question.id);
    default:
      return false;
  }
}

/** A pin on a line that is gone has still removed the pin before it. */
function unpinned(told: Told, gone: Answer["withdrawn"]): Told {
  const { event } = told;
  if (event.type !== "chat.pinned" || !event.line) return told;
  return gone.lines.includes(event.line.id) ? { ...told, event: { ...event, line: null } } : told;
}

/** Everything known so far; `load` asks for what is new. */
export class Log {
  latest: Answer | null = null;
  told: readonly Told[] = [];
  #last = 0;

  constructor(private readonly address: string) {}

  /** Whether more will come: the class runs, or its files are still being closed. */
  get growing(): boolean {
    const found = this.latest;
    if (!found) return true;
    return found.phase !== "ended" || found.pieces.some((piece) => !piece.closed);
  }

  /** Ask until nothing more is known. Throws when the server cannot be reached or refuses. */
  async load(): Promise<void> {
    let answer: Answer;
    do {
      const reply = await fetch(`${this.address}?after=${this.#last}`);
      if (!reply.ok) throw new Error(`status ${reply.status}`);
      answer = (await reply.json()) as Answer;
      this.take(answer);
    } while (answer.more);
  }

  take(answer: Answer): void {
    const gone = answer.withdrawn;
    const known = this.told.filter((one) => !isGone(one, gone));
    this.told = [...known.map((one) => unpinned(one, gone)), ...answer.events];
    this.#last = answer.last;
    this.latest = answer;
  }
}
