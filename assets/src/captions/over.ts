/** Captions in a visit of a class: over the stage for everybody, and the desk of who writes them. */
import { html, nothing, type TemplateResult } from "lit";

import type { RoomEventMessage, RoomState } from "../protocol.gen";
import type { Classroom } from "../room/classroom";
import type { Captions } from "./captions";
import type { Written } from "./captioner";
import type { Hint } from "./shown";
import "./captions";

export class Captioning {
  /** What is being said and may still change. */
  hint: Hint | null = null;
  /** This person writes captions here. */
  writing = false;

  constructor(
    private readonly classroom: Classroom,
    private readonly onChange: () => void,
  ) {}

  follow(event: RoomEventMessage): void {
    if (event.type === "caption.hinted") {
      this.hint = { text: event.text, at: this.classroom.now() };
      this.onChange();
    } else if (event.type === "caption.said") {
      this.hint = null;
    }
  }

  write(on: boolean): void {
    this.writing = on;
    this.onChange();
  }

  /** The row above the stage in which they are written. */
  desk(room: RoomState | null): TemplateResult | typeof nothing {
    if (!this.writing || !room || room.phase === "ended") return nothing;
    const { classroom } = this;
    return html`<lc-captioner
      .lines=${room.captions}
      @caption=${({ detail }: CustomEvent<Written>) =>
        void classroom.act({ type: "caption.say", ...detail })}
      @caption-hint=${({ detail }: CustomEvent<string>) => classroom.hintCaption(detail)}
      @caption-recall=${({ detail }: CustomEvent<number>) =>
        void classroom.act({ type: "caption.recall", caption: detail })}
      @caption-done=${() => this.write(false)}
    ></lc-captioner>`;
  }

  over(room: RoomState): TemplateResult | typeof nothing {
    if (room.phase === "ended") return nothing;
    return html`<lc-captions
      .lines=${room.captions}
      .hint=${this.hint}
      .now=${Math.floor(this.classroom.now())}
    ></lc-captions>`;
  }
}

/** Shows captions on the page `within`, or no longer. */
export function toggleCaptions(within: HTMLElement): void {
  within.querySelector<Captions>("lc-captions")?.toggle();
}
