/** Questions and answers between the page and the server. */
import type { LessonData } from "./data";
import { type Asked, Docked, type Lines, type Memory, type Verdict } from "./docked";

const KEY = "liveclass-checkpoint-";

/** What is typed and not sent yet outlives a reload; where nothing can be kept, the page. */
const memory: Memory = {
  get: (key) => localStorage.getItem(KEY + key),
  set: (key, value) => localStorage.setItem(KEY + key, value),
  remove: (key) => localStorage.removeItem(KEY + key),
};

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
      if (reply.status >= 500) return { kind: "later" };
      const { words } = (await reply.json().catch(() => ({}))) as { words?: string };
      return { kind: "refused", words: words ?? "" };
    },
  };
  return new Docked(data.checkpoints, lines, memory, changed);
}
