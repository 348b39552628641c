/**
 * The chat before the lines of a snapshot, as far as every page needs it: whether there is more, and
 * the way to it. What holds and reads old lines is a program that is loaded when somebody reads back.
 */
import { html, nothing, type TemplateResult } from "lit";

import type { Past } from "../archive/past";
import { t } from "../i18n";
import {
  CHAT_IN_SNAPSHOT,
  type ChatLine,
  type RoomEventMessage,
  type RoomState,
} from "../protocol.gen";
import { icon } from "../ui/part";

export interface Places {
  /** Stretches of the chat as JSON; below it `search/`, and its files. */
  readonly chat: string;
  readonly chatProgram: string;
  readonly chatStyles: string;
}

/** What the archive opens with: a line, or the place to write what is looked for. */
export type Wanted = { readonly line: number } | "search";

/** Who reads back, and where she is. */
export interface Asked {
  readonly places: Places;
  readonly me: number;
  readonly staff: boolean;
  /** What is drawn anew when lines have come or changed. */
  readonly shown: Set<{ requestUpdate: () => void }>;
  readonly room: RoomState | null;
}

export class History implements Asked {
  readonly shown = new Set<{ requestUpdate: () => void }>();
  room: RoomState | null = null;
  past: Past | null = null;
  failed = false;

  constructor(
    readonly places: Places,
    readonly me: number,
    readonly staff: boolean,
  ) {}

  get lines(): readonly ChatLine[] {
    return this.past?.lines ?? [];
  }

  /** There are lines before those shown. */
  get more(): boolean {
    return this.past?.more ?? (this.room?.chat.length ?? 0) >= CHAT_IN_SNAPSHOT;
  }

  /** Called after `event` was applied to `room`. */
  meet(event: RoomEventMessage, room: RoomState): void {
    this.room = room;
    this.past?.meet(event, room);
  }

  /** Somebody reads old lines, perhaps the first ones shown, or does no more. */
  read(reading: boolean, nearTop: boolean): void {
    if (this.past) this.past.read(reading, nearTop);
    else if (reading && this.more) void this.do((past) => past.read(reading, nearTop));
  }

  /** Does something with old lines, as soon as their program is here. */
  async do(act: (past: Past, program: typeof import("../archive/program")) => unknown): Promise<void> {
    try {
      const program = (await import(this.places.chatProgram)) as typeof import("../archive/program");
      this.past ??= new program.Past(this);
      this.failed = false;
      act(this.past, program);
    } catch {
      this.failed = true; // the line is cut
      for (const part of this.shown) part.requestUpdate();
    }
  }
}

/** Above the first line: the way back, and to what is looked for. */
export function historyBar(history: History): TemplateResult {
  const failed = history.past?.failed || history.failed;
  return html`<div class="past">
    <button
      class="ibtn"
      type="button"
      data-search
      aria-haspopup="dialog"
      aria-label=${t("chat.search")}
      title=${t("chat.search")}
      @click=${() => void history.do((past, { open }) => open(past, "search"))}
    >
      ${icon("search", "s")}
    </button>
    ${
      history.more
        ? html`<button
            class="btn quiet"
            type="button"
            data-older
            @click=${() => void history.do((past, { back }) => back(past))}
          >
            ${t(failed ? "chat.older_failed" : "chat.older")}
          </button>`
        : nothing
    }
  </div>`;
}
