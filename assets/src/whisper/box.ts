/** The own whispers, fetched over HTTPS: no event of the room carries their texts. */
import type { WhisperBox, WhisperThread } from "../protocol.gen";
import { nameOf, unitOf } from "../ui/part";
import { w, type WhisperKey } from "./words";

/** Who is on the other side, in the reader's language. */
export function otherName(thread: WhisperThread): string {
  return thread.other ? nameOf(thread.other) : w("anonymous");
}

export function otherUnit(thread: WhisperThread): string {
  if (!thread.other) return unitOf({ unit: thread.unit, unit_en: thread.unit_en });
  return thread.mine ? "" : unitOf(thread.other);
}

/** How far the thread has come, for who began it. */
export function stateOf(thread: WhisperThread): { readonly key: WhisperKey; readonly ok: boolean } {
  if (thread.answered) return { key: "answered", ok: true };
  return { key: thread.read ? "read" : "sent", ok: false };
}

/** The letter up to which the other side's have been seen; null when nothing is new. */
export function newestUnread(thread: WhisperThread): number | null {
  const fresh = thread.letters.filter((one) => !one.mine && !one.withdrawn && one.read_at === null);
  return fresh.at(-1)?.id ?? null;
}

/** The server said no for good: a sentence for the person. */
export class BoxRefused extends Error {}

/** The own whispers with the letters of the thread called `handle`. Throws BoxRefused, or TypeError without network. */
export async function fetchBox(
  url: string,
  handle: string,
  get: typeof fetch = (input, init) => fetch(input, init),
): Promise<WhisperBox> {
  const answer = await get(handle === "" ? url : `${url}?thread=${handle}`, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    redirect: "manual",
    cache: "no-store",
  });
  if (answer.status === 401 || answer.status === 403) {
    const body = (await answer.json()) as { message?: string };
    throw new BoxRefused(body.message ?? "");
  }
  if (!answer.ok) throw new TypeError(`whispers: ${answer.status}`);
  return (await answer.json()) as WhisperBox;
}
