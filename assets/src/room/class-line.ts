/** The counted line of this class: what counts for me so far, in the open. */
import { html, nothing, svg, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { RoomState } from "../protocol.gen";
import { type Bar, line, Part } from "../ui/part";
import { clockTime, waited } from "../ui/time";
import {
  baseMinutes, countedMinutes, countedParts, explained, lineSpan, type Row, type Span, ticks,
} from "./attendance";

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
    const bar = (kind: Bar["kind"]) => (part: Span) => ({
      kind,
      start: Math.round(part.start - span.start),
      length: Math.round(part.end - part.start),
    });
    const rests = room.breaks.map(({ start, until }) => ({ start, end: Math.min(until, span.end) }));
    const bars = [...parts.map(bar(this.host ? "me" : "c")), ...rests.map(bar("brk"))];
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
    if (!this.host) return t("line.counted", { a: countedMinutes(room, now), b: baseMinutes(room) });
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

const WHY: Readonly<Record<Row["why"], Key>> = {
  counted: "how.counted",
  before: "how.before",
  break: "how.break",
  away: "how.away",
  check: "how.check",
  elsewhere: "how.elsewhere",
};

/** What the number means and what it is made of; the text of the dialog behind “how”. */
export function howCounted(room: RoomState, now: number): TemplateResult {
  const rows = explained(room, now);
  const base = baseMinutes(room);
  return html`<p><b>${t("line.counted", { a: countedMinutes(room, now), b: base })}</b></p>
    <p>${t("how.rule")}</p>
    ${base === room.minutes ? nothing : html`<p>${t("how.breaks", { n: base })}</p>`}
    <p>${t("how.server")}</p>
    ${
      rows.length === 0
        ? html`<p class="hint">${t("how.none")}</p>`
        : html`<table class="tbl how">
          <caption class="vh">
            ${t("how.entries")}
          </caption>
          <thead>
            <tr>
              <th scope="col">${t("how.from")}</th>
              <th scope="col">${t("how.to")}</th>
              <th scope="col" class="n">${t("how.length")}</th>
              <th scope="col">${t("how.what")}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) => html`<tr data-why=${row.why}>
                <td class="num">${clockTime(row.start)}</td>
                <td class="num">${row.runs ? t("how.running") : clockTime(row.end)}</td>
                <td class="n">${waited(row.end - row.start)}</td>
                <td>${t(WHY[row.why])}</td>
              </tr>`,
            )}
          </tbody>
        </table>`
    }
    ${room.checks > 0 ? html`<p class="hint">${t("check.announced", { n: room.checks })}</p>` : nothing}
    <p class="hint">${t("how.correct")}</p>`;
}

customElements.define("lc-line", ClassLine);
