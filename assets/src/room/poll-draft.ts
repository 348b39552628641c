/** A poll being written: what of the form goes to the server, and what is missing. Pure. */
import type { Key } from "../i18n";
import { POLL_OPTIONS, type PollCreate, type PollKind } from "../protocol.gen";

export type NewPoll = Omit<PollCreate, "type" | "id">;

export const KINDS: readonly PollKind[] = [
  "single", "multiple", "truefalse", "rating", "quiz", "ranking", "words", "text",
];
/** Countdowns one may choose; 0: none. */
export const SECONDS: readonly number[] = [0, 15, 30, 60, 120, 300];

export interface Draft {
  readonly kind: PollKind;
  readonly question: string;
  readonly options: readonly string[];
  /** Places in `options` that are right in a quiz. */
  readonly correct: readonly number[];
  /** Which is right of true (0) and false (1); -1: none. */
  readonly right: number;
  readonly least: number;
  /** 0: as many as there are. */
  readonly most: number;
  readonly points: number;
  readonly seconds: number;
  readonly anonymous: boolean;
  readonly changeable: boolean;
  readonly explanation: string;
}

export const BLANK: Draft = {
  kind: "single",
  question: "",
  options: ["", ""],
  correct: [],
  right: -1,
  least: 1,
  most: 0,
  points: 5,
  seconds: 0,
  anonymous: false,
  changeable: true,
  explanation: "",
};

export function takesOptions(kind: PollKind): boolean {
  return kind === "single" || kind === "multiple" || kind === "quiz" || kind === "ranking";
}

/** The draft kept on this device; whatever in it is not as it should be is as in a new one. */
export function readDraft(text: string): Draft {
  try {
    const kept = JSON.parse(text || "{}") as Record<string, unknown>;
    const draft: Record<string, unknown> = { ...BLANK };
    for (const [name, blank] of Object.entries(BLANK)) {
      const value = kept[name];
      if (typeof value === typeof blank && Array.isArray(value) === Array.isArray(blank)) {
        draft[name] = value;
      }
    }
    const found = draft as unknown as Draft;
    const options = found.options.map(String).slice(0, POLL_OPTIONS);
    if (!KINDS.includes(found.kind) || options.length < 2) return { ...found, ...saved(found) };
    return { ...found, options };
  } catch {
    return BLANK;
  }
}

function saved({ kind }: Draft): Pick<Draft, "kind" | "options" | "correct"> {
  return { kind: KINDS.includes(kind) ? kind : "single", options: BLANK.options, correct: [] };
}

/** The choices that say something, and which of them are right. */
function filled({ options, correct }: Draft): { texts: string[]; right: number[] } {
  const texts: string[] = [];
  const right: number[] = [];
  options.forEach((one, at) => {
    const text = one.trim();
    if (!text) return;
    if (correct.includes(at)) right.push(texts.length);
    texts.push(text);
  });
  return { texts, right };
}

/** What the poll lacks; null when it can be sent. */
export function problemOf(draft: Draft): Key | null {
  if (!draft.question.trim()) return "poll.need_question";
  if (!takesOptions(draft.kind)) return null;
  const { texts, right } = filled(draft);
  if (texts.length < 2) return "poll.need_options";
  if (new Set(texts).size < texts.length) return "poll.need_different";
  if (draft.kind === "quiz" && right.length === 0) return "poll.need_correct";
  const most = Math.min(draft.most || texts.length, texts.length);
  if (draft.kind === "multiple" && draft.least > most) return "poll.need_bounds";
  return null;
}

/** What is asked of the server. */
export function planOf(draft: Draft, open: boolean): NewPoll {
  const { texts, right } = filled(draft);
  const { kind } = draft;
  const limit = kind === "words" ? 3 : texts.length;
  const several = kind === "multiple" || kind === "words";
  const correct = kind === "quiz" ? right : kind === "truefalse" && draft.right >= 0 ? [draft.right] : [];
  return {
    kind,
    question: draft.question.trim(),
    options: kind === "rating" ? scale(draft.points) : takesOptions(kind) ? texts : [],
    least: kind === "multiple" ? draft.least : 1,
    most: several ? Math.min(draft.most || limit, limit) : 1,
    changeable: draft.changeable && !draft.anonymous,
    anonymous: draft.anonymous,
    seconds: draft.seconds || null,
    correct,
    explanation: correct.length > 0 ? draft.explanation.trim() : "",
    open,
  };
}

function scale(points: number): string[] {
  return Array.from({ length: points }, (_, n) => String(n + 1));
}
