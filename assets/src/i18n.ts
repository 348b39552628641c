/**
 * The interface's words in two equal languages; the compiler refuses a missing or extra key.
 *
 * A page carries the book of its own language only: a script of its own, before the page's program
 * (the template tag `program` writes both), shared by all pages of that language.
 */
import type { Language } from "./page";
import type { zh } from "./words/zh";
import type { zhCourses } from "./words/zh-courses";
import type { zhStaff } from "./words/zh-staff";

/** Name of a sentence. */
export type Key = keyof typeof zh | keyof typeof zhCourses | keyof typeof zhStaff;

export interface Book {
  readonly language: Language;
  /** Those of courses, and of host and assistants, only on their pages. */
  readonly words: Readonly<Record<keyof typeof zh, string>> &
    Readonly<Partial<Record<keyof typeof zhCourses | keyof typeof zhStaff, string>>>;
}

declare global {
  var liveclassWords: Book | undefined;
}

function book(): Book {
  const open = globalThis.liveclassWords;
  if (!open) throw new Error("the words of this page have not been loaded");
  return open;
}

export function language(): Language {
  return book().language;
}

/** The sentence `key` with `{name}` replaced by `values.name`. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return (book().words[key] ?? key).replace(/\{(\w+)\}/g, (hole, name: string) =>
    name in values ? String(values[name]) : hole,
  );
}
