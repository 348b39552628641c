/** Questions and answers between the page and the server. */
import type { LessonData } from "./data";
import { type Asked, Docked, type Lines, type Memory, type Verdict } from "./docked";

/**
 * What is typed and not sent yet outlives a reload; where nothing can be kept, it lives as long as
 * the page. Each member has keys of her own: a phone may be shared.
 */
function memoryOf(member: number): Memory {
  const kept = new Map<string, string>();
  const named = (key: string): string => `liveclass-checkpoint-${member}-${key}`;
  const attempt = <Result>(act: () => Result): Result | null => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    get: (key) => attempt(() => localStorage.getItem(named(key))) ?? kept.get(key) ?? null,
    set: (key, value) => {
      kept.set(key, value);
      attempt(() => localStorage.setItem(named(key), value));
    },
    remove: (key) => {
      kept.delete(key);
      attempt(() => localStorage.removeItem(named(key)));
    },
  };
}

export function docked(data: LessonData, changed: () => void): Docked {
  const lines: Lines = {
    async fetch(point) {
      const reply = await fetch(point.url);
      return reply.ok ? ((await reply.json()) as Asked) : null;
    },
    async send(point, id, answer) {
      const reply = await fetch(point.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": data.csrf },
        body: JSON.stringify({ id, answer }),
      });
      if (reply.ok) return { kind: "marked", verdict: (await reply.json()) as Verdict };
      if (reply.status === 404) return { kind: "gone" };
      if (reply.status !== 409 && reply.status !== 400) return { kind: "later" };
      const { words } = (await reply.json().catch(() => ({}))) as { words?: string };
      return { kind: "refused", words: words ?? "" };
    },
  };
  return new Docked(data.checkpoints, lines, memoryOf(data.member), changed);
}
