/** Which captions stand at a moment, and whether this person wants to see them. Pure but for the shelf. */
import type { CaptionLine } from "../protocol.gen";

/** A caption stands so long at most (s); as in `liveclass/captions/queries.py`. */
const LONGEST = 7;
/** What was only begun is forgotten after so long without news (s). */
const BEGUN = 5;

export interface Hint {
  readonly text: string;
  /** Unix seconds by the clock of the server, or seconds of a replay. */
  readonly at: number;
}

/** The lines to show at `now`, older first: at most two. */
export function standing(
  lines: readonly CaptionLine[],
  hint: Hint | null,
  now: number,
): readonly string[] {
  const fresh = lines.filter((one) => one.text !== "" && now - one.at < LONGEST);
  const begun = hint && hint.text !== "" && now - hint.at < BEGUN ? [hint.text] : [];
  return [...fresh.map((one) => one.text), ...begun].slice(-2);
}

const SETTING = "liveclass.captions";

export function captionsWanted(): boolean {
  try {
    return localStorage.getItem(SETTING) === "on";
  } catch {
    return false;
  }
}

export function wantCaptions(on: boolean): void {
  try {
    localStorage.setItem(SETTING, on ? "on" : "off");
  } catch {
    // Storage forbidden: for this page only.
  }
}
