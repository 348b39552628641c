/** What a person is about to vote, and how counts are to be read. Pure: no DOM, no clock. */
import type { PollState } from "../protocol.gen";

/** A vote being composed. In a ranking `picked` is the order, the first place first. */
export interface Ballot {
  readonly picked: readonly number[];
  readonly written: readonly string[];
}

export const isWritten = (poll: PollState): boolean => poll.kind === "words" || poll.kind === "text";

/** What the form begins with: the vote that is stored, or nothing; a ranking as it was asked. */
export function stored(poll: PollState): Ballot {
  const asked = poll.kind === "ranking" ? poll.options.map((one) => one.id) : [];
  return { picked: poll.mine.length > 0 ? poll.mine : asked, written: poll.my_answers };
}

/** The draft kept on this device, as far as it belongs to this poll; null without one. */
export function readBallot(poll: PollState, kept: string): Ballot | null {
  try {
    const { picked, written } = JSON.parse(kept) as Partial<Ballot>;
    const known = new Set(poll.options.map((one) => one.id));
    if (!Array.isArray(picked) || !Array.isArray(written)) return null;
    if (!picked.every((one) => known.has(one as number))) return null;
    if (poll.kind === "ranking" && picked.length !== known.size) return null;
    return { picked, written: written.map(String).slice(0, poll.most) };
  } catch {
    return null;
  }
}

/** The words or the text without blanks around them and without empty ones. */
export function said(ballot: Ballot): readonly string[] {
  return ballot.written.map((one) => one.trim()).filter(Boolean);
}

/** Whether it can be sent. */
export function complete(poll: PollState, ballot: Ballot): boolean {
  const given = isWritten(poll) ? said(ballot).length : ballot.picked.length;
  return given >= poll.least && given <= poll.most;
}

/** `option` chosen or not chosen any more. */
export function pick(poll: PollState, ballot: Ballot, option: number, on: boolean): Ballot {
  const others = ballot.picked.filter((one) => one !== option);
  if (poll.most === 1) return { ...ballot, picked: on ? [option] : [] };
  return { ...ballot, picked: on ? [...others, option] : others };
}

/** The ranking with the option at `from` moved by `by` places, as far as there are any. */
export function moved(ballot: Ballot, from: number, by: number): Ballot {
  const to = Math.min(Math.max(from + by, 0), ballot.picked.length - 1);
  const picked = [...ballot.picked];
  const [one] = picked.splice(from, 1);
  if (one !== undefined) picked.splice(to, 0, one);
  return { ...ballot, picked };
}

/** What a full bar stands for: all voters; in a ranking the points of who is first for everybody. */
export function whole(poll: PollState): number {
  return Math.max(1, poll.kind === "ranking" ? poll.voters * (poll.options.length - 1) : poll.voters);
}

export function votesOf(poll: PollState, option: number): number {
  return poll.counts?.find((one) => one.option === option)?.votes ?? 0;
}

/** Mean of a rating with one decimal; null when nobody voted. */
export function mean(poll: PollState): string | null {
  const votes = (poll.counts ?? []).map((one) => one.votes);
  const given = votes.reduce((a, b) => a + b, 0);
  if (given === 0) return null;
  return (votes.reduce((sum, n, place) => sum + n * (place + 1), 0) / given).toFixed(1);
}

/** The round before this one whose bars may be seen; null for a first round. */
export function roundBefore(polls: readonly PollState[], poll: PollState): PollState | null {
  const first = poll.origin ?? poll.id;
  const earlier = polls.filter(
    (one) => (one.origin ?? one.id) === first && one.round < poll.round && one.counts !== null,
  );
  return earlier.reduce<PollState | null>((a, b) => (a && a.round > b.round ? a : b), null);
}

/** Seconds until the countdown ends, from 0; null without one. */
export function secondsLeft(poll: PollState, now: number): number | null {
  if (poll.deadline === null) return null;
  // The page's clock moves by whole seconds: it must not begin with one more than was given.
  return Math.max(0, Math.min(Math.ceil(poll.deadline - now), poll.seconds ?? Infinity));
}
