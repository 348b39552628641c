/** The interface's words in two equal languages; the compiler refuses a missing or extra key. */
import { type Language, languageOf } from "./page";
import { en } from "./words/en";
import { zh } from "./words/zh";

/** Name of a sentence. */
export type Key = keyof typeof zh;

const BOOKS: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { "zh-Hans": zh, en };

let current: Language = "zh-Hans";

/** From now on speak the language of `code`. */
export function setLanguage(code: string): void {
  current = languageOf(code);
}

export function language(): Language {
  return current;
}

/** The sentence `key` with `{name}` replaced by `values.name`. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return BOOKS[current][key].replace(/\{(\w+)\}/g, (hole, name: string) =>
    name in values ? String(values[name]) : hole,
  );
}
