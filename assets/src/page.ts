/** What the server tells a page when it is rendered: `<script type="application/json">`. */
import type { Role } from "./protocol.gen";

export type Language = "zh-Hans" | "en";

/** Data of the room page and of the device check, made by `liveclass.rooms.views`. */
export interface RoomData {
  readonly code: string;
  readonly title: string;
  /** Only those who hold the class are here, and nothing of it counts. */
  readonly rehearsal: boolean;
  readonly urls: {
    /** Path or absolute address of the WebSocket, e.g. `/ws/room/K7Q2/`. */
    readonly ws: string;
    /** POST: `{ticket, expires_in, media: {watch, publish}}`. */
    readonly ticket: string;
    /** Base of publishing; the stream's name is appended: `/media/whip/K7Q2/`. */
    readonly whip: string;
    /** Base of watching; the stream's name is appended: `/media/whep/K7Q2/`. */
    readonly whep: string;
    /** Base of delayed watching; the stream's name and the first playlist's are appended. */
    readonly hls: string;
    /** The program that plays playlists, loaded when it is needed. */
    readonly player: string;
    /** The polls prepared for the class; below it by its number, who chose what in one. */
    readonly polls: string;
    /** Where slides are sent and fetched, with a slash at its end. */
    readonly slides: string;
    /** pdf.js and what it needs, loaded when there are slides. */
    readonly pdf: string;
    readonly pdfWorker: string;
    readonly pdfMaps: string;
    readonly pdfFonts: string;
    readonly slideProgram: string;
    readonly slideStyles: string;
    /** The own whispers as JSON and as a page, and their program; "" where there are none. */
    readonly whispers: string;
    readonly whisperPage: string;
    readonly whisperProgram: string;
    readonly whisperStyles: string;
    /** The chat from its first line, as JSON, and the program that reads and searches it. */
    readonly chat: string;
    readonly chatProgram: string;
    readonly chatStyles: string;
    /** What lets comments cross the stage, loaded for who wants it. */
    readonly commentsProgram: string;
    readonly commentsStyles: string;
    /** What offers names behind an @. */
    readonly mentionProgram: string;
    /** The class from its beginning, as far as it was recorded. */
    readonly replay: string;
    readonly home: string;
    readonly room: string;
    readonly summary: string;
    readonly check: string;
    /** The key for streaming programs; asked for by the lecturer only. */
    readonly publishKey: string;
    /** Who is present, away and not yet there, as JSON; asked for by host and assistants only. */
    readonly roll: string;
    /** Where reasons for absence are entered; empty for who may not. */
    readonly absences: string;
    /** Where members' lines are shown to host and assistants. */
    readonly media: string;
  };
  readonly me: { readonly id: number; readonly name: string; readonly role: Role };
  /** Django's code: `zh-hans` or `en`. */
  readonly lang: string;
  readonly csrf: string;
  readonly orgName: string;
  readonly mode: "console" | "member";
  /** `test` publishes 320×180 at 10 frames a second, for small machines and the test suite. */
  readonly mediaProfile?: "normal" | "test";
  /** IANA name of the organisation's time zone; the browser's own when absent. */
  readonly timeZone?: string;
  /** It is recorded, or is going to be. */
  readonly recording?: boolean;
  /** This installation can record; an external media engine keeps its recordings itself, if any. */
  readonly records?: boolean;
  /** Something was recorded already: it can be watched from its beginning. */
  readonly recorded?: boolean;
}

/** Reads the element called `id`; throws when the page was rendered without it. */
export function pageData<T>(id: string): T {
  const text = document.getElementById(id)?.textContent;
  if (!text) throw new Error(`page data "${id}" is missing`);
  return JSON.parse(text) as T;
}

/** `/ws/room/x/` → `wss://host/ws/room/x/?lang=en`; absolute addresses are kept. */
export function socketUrl(path: string, lang: string, base: string): string {
  const url = new URL(path, base);
  if (url.protocol === "http:") url.protocol = "ws:";
  if (url.protocol === "https:") url.protocol = "wss:";
  url.searchParams.set("lang", lang.toLowerCase());
  return url.href;
}

/** `base` + `/` + `stream`, whether or not `base` ends in a slash. */
export function streamUrl(base: string, stream: string): string {
  return `${base.replace(/\/$/, "")}/${stream}`;
}
