/** The counted line of this class: what counts for me so far, in the open. */
import { html, nothing, svg, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { RoomState } from "../protocol.gen";
import { line, Part } from "../ui/part";
import { clockTime, waited } from "../ui/time";
import { countedMinutes, countedParts, lineSpan, ticks } from "./attendance";

export class ClassLine extends Part {
  static override properties = {
    room: { attribute: false },
    now: { type: Number },
    host: { type: Boolean },
  };

  declare room: RoomState;
  /** Unix seconds on the server's clock, whole tens: often enough for a line of minutes. */
  declare now: number;
  /** The lecturer's own line shows the length of her class. */
  declare host: boolean;

  protected override render(): TemplateResult {
    const { room, now } = this;
    const span = lineSpan(room, now);
    const total = Math.round(span.end - span.start);
    const parts = this.host ? taught(room, now) : countedParts(room, now);
    const bars = parts.map((part) => ({
      kind: this.host ? ("me" as const) : ("c" as const),
      start: Math.round(part.start - span.start),
      length: Math.round(part.end - part.start),
    }));
    return html`<div class="classline">
      <div class="cl-h">
        <b data-counted>${this.#words()}</b>
        ${
          this.host
            ? nothing
            : html`<button class="link tap" type="button" @click=${this.#how}>
              ${t("line.how")}
            </button>`
        }
      </div>
      ${line(total, bars, this.#words())} ${this.#scale(span, total)}
    </div>`;
  }

  #words(): string {
    const { room, now } = this;
    if (!this.host) return t("line.counted", { a: countedMinutes(room, now), b: room.minutes });
    const from = room.started_at;
    const gone = from === null ? 0 : Math.floor(((room.ended_at ?? now) - from) / 60);
    return t("line.taught", { a: Math.max(gone, 0), b: room.minutes });
  }

  #scale(span: { start: number; end: number }, total: number): TemplateResult {
    const marks = ticks(span);
    return html`<svg
        class="scale"
        viewBox="0 0 ${Math.max(total, 1)} 7"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        ${marks.map(({ at, major }) => {
          const x = Math.round(at - span.start);
          return svg`<line x1=${x} x2=${x} y1="0" y2=${major ? 7 : 4}></line>`;
        })}
      </svg>
      <div class="scale-n" aria-hidden="true">
        ${marks.filter((one) => one.major).map(({ at }) => html`<span>${clockTime(at)}</span>`)}
      </div>`;
  }

  #how(): void {
    this.dispatchEvent(new CustomEvent("how"));
  }
}

function taught(room: RoomState, now: number): readonly { start: number; end: number }[] {
  if (room.started_at === null) return [];
  return [{ start: room.started_at, end: room.ended_at ?? now }];
}

/** What the number means and what it is made of; the text of the dialog behind “how”. */
export function howCounted(room: RoomState, now: number): TemplateResult {
  const parts = countedParts(room, now);
  return html`<p>${t("how.rule")}</p>
    <p>${t("how.server")}</p>
    ${
      parts.length === 0
        ? html`<p class="hint">${t("how.none")}</p>`
        : html`<table class="tbl">
          <caption class="vh">
            ${t("how.entries")}
          </caption>
          <thead>
            <tr>
              <th scope="col">${t("how.from")}</th>
              <th scope="col">${t("how.to")}</th>
              <th scope="col" class="n">${t("how.length")}</th>
            </tr>
          </thead>
          <tbody>
            ${parts.map((part, index) => {
              const runs = index === parts.length - 1 && room.attendance.at(-1)?.end === null;
              return html`<tr>
                <td>${clockTime(part.start)}</td>
                <td>${runs ? t("how.running") : clockTime(part.end)}</td>
                <td class="n">${waited(part.end - part.start)}</td>
              </tr>`;
            })}
          </tbody>
        </table>`
    }
    <p class="hint">${t("how.correct")}</p>`;
}

customElements.define("lc-line", ClassLine);
