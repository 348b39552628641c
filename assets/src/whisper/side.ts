/** What the room hands to the program of whispers, and how that program comes. */
import type { RoomData } from "../page";
import type { RoomCommand } from "../protocol.gen";
import type { Drafts } from "../room/drafts";

type Whispering = Extract<RoomCommand, { readonly type: `whisper.${string}` }>;
/** A command of whispering before it has its id. */
export type WhisperDraft = Whispering extends infer Each
  ? Each extends Whispering
    ? Omit<Each, "id">
    : never
  : never;

export interface WhisperSide {
  /** Where the own whispers are fetched (JSON), and their page; "" where there are none. */
  readonly box: string;
  readonly page: string;
  readonly program: string;
  readonly styles: string;
  readonly drafts: Drafts;
  /** True when it was committed, false when it was refused (and shown). */
  readonly act: (command: WhisperDraft) => Promise<boolean>;
}

export function whisperSide(
  urls: RoomData["urls"],
  drafts: Drafts,
  room: Pick<WhisperSide, "act">,
): WhisperSide {
  return {
    box: urls.whispers,
    page: urls.whisperPage,
    program: urls.whisperProgram,
    styles: urls.whisperStyles,
    drafts,
    act: (command) => room.act(command),
  };
}

const AGAIN = 2_000;
let asked = false;

/** Loads the element `lc-whispers` with its style sheet; asked for again until it comes. */
export function bringWhispers(side: WhisperSide): void {
  if (asked) return;
  asked = true;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = side.styles;
  document.head.append(sheet);
  const load = (): void => {
    import(side.program).catch(() => setTimeout(load, AGAIN)); // the line is cut
  };
  load();
}
