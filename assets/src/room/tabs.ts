/** The tabs of the desk: their names, and what each counts. */
import type { Key } from "../i18n";
import type { RoomState } from "../protocol.gen";

export type Tab = "chat" | "questions" | "polls" | "hands" | "people" | "whispers";

export const TABS: Readonly<Record<Tab, Key>> = {
  chat: "tab.chat",
  questions: "tab.questions",
  polls: "tab.polls",
  hands: "tab.hands",
  people: "tab.people",
  whispers: "tab.whispers",
};

export interface Badge {
  readonly count: number;
  /** It is waiting for somebody. */
  readonly on: boolean;
}

interface Seen {
  readonly staff: boolean;
  /** Chat lines that were not seen. */
  readonly unread: number;
  readonly handsTotal: number;
}

export function badge(room: RoomState, tab: Tab, { staff, unread, handsTotal }: Seen): Badge {
  switch (tab) {
    case "chat":
      return { count: unread, on: true };
    case "questions": {
      const waiting = room.questions.filter((one) => one.phase === "waiting").length;
      return staff
        ? { count: waiting, on: true }
        : { count: room.questions.filter((one) => one.phase !== "dismissed" && !one.into).length, on: false };
    }
    case "polls": {
      const open = room.polls.filter((one) => one.phase === "open").length;
      return { count: open, on: true };
    }
    case "hands":
      return { count: handsTotal, on: handsTotal > 0 };
    case "people":
      if (room.admission?.total || room.reports.length) {
        return { count: (room.admission?.total ?? 0) + room.reports.length, on: true };
      }
      return { count: room.phase === "ended" ? 0 : room.presence.online, on: false };
    case "whispers":
      return { count: room.whispers.unread, on: true };
  }
}
