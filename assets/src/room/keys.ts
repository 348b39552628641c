/** Single keys in the room: off while typing, can be switched off, listed with `?`. */
import type { Key } from "../i18n";
import type { Role } from "../protocol.gen";

export type Shortcut =
  | "mic"
  | "cam"
  | "screen"
  | "slides"
  | "pages"
  | "chat"
  | "ask"
  | "people"
  | "poll"
  | "hand"
  | "react"
  | "audio"
  | "captions"
  | "here"
  | "help"
  | "region";

const ALL: readonly Role[] = ["host", "assistant", "member"];
const STAFF: readonly Role[] = ["host", "assistant"];
const LISTENERS: readonly Role[] = ["assistant", "member"];
const HOST: readonly Role[] = ["host"];
const MEMBER: readonly Role[] = ["member"];

export const KEYS: readonly {
  readonly key: string;
  readonly does: Shortcut;
  readonly words: Key;
  /** Whose hands it is for. */
  readonly roles: readonly Role[];
}[] = [
  { key: "M", does: "mic", words: "key.mic", roles: HOST },
  { key: "V", does: "cam", words: "key.cam", roles: HOST },
  { key: "D", does: "screen", words: "key.screen", roles: STAFF },
  { key: "S", does: "slides", words: "key.slides", roles: STAFF },
  { key: "← →", does: "pages", words: "key.pages", roles: ALL }, // see slides/listen.ts
  { key: "C", does: "chat", words: "key.chat", roles: ALL },
  { key: "Q", does: "ask", words: "key.ask", roles: ALL },
  { key: "P", does: "people", words: "key.people", roles: ALL },
  { key: "O", does: "poll", words: "key.poll", roles: ALL },
  { key: "R", does: "hand", words: "key.hand", roles: MEMBER },
  { key: "H", does: "here", words: "key.here", roles: MEMBER },
  { key: "E", does: "react", words: "key.react", roles: MEMBER },
  { key: "A", does: "audio", words: "key.audio", roles: LISTENERS },
  { key: "T", does: "captions", words: "key.captions", roles: ALL },
  { key: "F6", does: "region", words: "key.region", roles: ALL },
  { key: "?", does: "help", words: "key.help", roles: ALL },
];

const SETTING = "liveclass.shortcuts";

export function shortcutsOn(): boolean {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true;
  }
}

export function setShortcuts(on: boolean): void {
  try {
    localStorage.setItem(SETTING, on ? "on" : "off");
  } catch {
    // Storage forbidden: the default stays.
  }
}

/** Somebody is writing, choosing or answering: keys belong to the field. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("dialog[open]")) return true;
  if (target instanceof HTMLInputElement)
    return !["radio", "checkbox", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** The shortcut of a key press; null when it is none. */
export function shortcutOf(event: KeyboardEvent, role: Role): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat)
    return null;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const found = KEYS.find((one) => one.key === key && one.roles.includes(role));
  if (!found) return null;
  if (found.does === "region") return found.does;
  return typing(event.target) || !shortcutsOn() ? null : found.does;
}
