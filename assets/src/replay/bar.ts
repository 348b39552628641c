/** The bar below the picture: time line, play, ten seconds back and forth, speed. */
import { html, nothing, svg, type TemplateResult } from "lit";

import { t } from "../i18n";
import { icon } from "../ui/part";
import type { Player } from "./player";
import { RATES } from "./player";
import { clockOf, extent, type Moment, stretches } from "./timeline";

export type Act =
  | "play"
  | "back"
  | "forward"
  | "mute"
  | "audio"
  | "full"
  | "newest";

export interface BarOptions {
  readonly player: Player;
  readonly chapters: readonly Moment[];
  readonly growing: boolean;
  readonly act: (act: Act) => void;
  readonly seek: (to: number) => void;
}

export function bar(options: BarOptions): TemplateResult {
  const { player, chapters, act } = options;
  const { start, end } = extent(player.pieces, player.bounds);
  const now = Math.min(player.time, end);
  const chapter = chapters.findLast((one) => one.t <= now + 0.5);
  return html`<div class="pl-bar">
    <p class="rp-chap">${chapter ? chapterWords(chapter) : nothing}</p>
    <div class="rp-line">
      ${drawing(options, start, end)}
      <input
        type="range"
        min=${start}
        max=${Math.max(end, start + 1)}
        step="1"
        .value=${String(Math.round(now))}
        aria-label=${t("replay.position")}
        aria-valuetext=${t("replay.position_of", { a: clockOf(now), b: clockOf(end) })}
        @input=${(event: Event) => options.seek(Number((event.target as HTMLInputElement).value))}
      />
    </div>
    <div class="pl-ctl">
      ${button(player.playing ? "pause" : "play", t(player.playing ? "replay.pause" : "replay.play"), () => act("play"), "data-play")}
      ${button("replay", t("replay.back"), () => act("back"))}
      ${button("fwd", t("replay.forward"), () => act("forward"))}
      <span class="num pl-t" data-time>${clockOf(now)} / ${clockOf(end)}</span>
      ${
        options.growing
          ? html`<button class="ctl txt" type="button" @click=${() => act("newest")}>
              ${t("replay.newest")}
            </button>`
          : nothing
      }
      <span class="push"></span>
      ${speed(player)}
      ${toggle("vol", t("replay.mute"), player.muted, () => act("mute"))}
      ${toggle("ear", t("replay.audio_only"), player.audioOnly, () => act("audio"))}
      ${button("full", t("replay.full"), () => act("full"))}
    </div>
  </div>`;
}

/** What a chapter is called. */
export function chapterWords(one: Moment): string {
  if (one.kind === "start") return t("replay.chapter_start");
  const kind = t(one.kind === "poll" ? "replay.poll" : "replay.question");
  return `${kind}${t("sep.colon")}${one.text}`;
}

/** Recorded and missing stretches, where chapters begin, and the place. */
function drawing({ player, chapters }: BarOptions, start: number, end: number): TemplateResult {
  const length = Math.max(1, end - start);
  const at = (second: number): number => Math.min(length, Math.max(0, second - start));
  return html`<svg
    class="rp-draw"
    viewBox="0 0 ${length} 10"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="none" width=${length} height="10"></rect>
    ${stretches(player.pieces).map(
      ([from, to]) =>
        svg`<rect class="kept" x=${at(from)} width=${at(to) - at(from)} height="10"></rect>`,
    )}
    <rect class="seen" width=${at(player.time)} height="10"></rect>
    ${chapters.map((one) => svg`<path class="mark" d="M${at(one.t)} 0v10"></path>`)}
  </svg>`;
}

function speed(player: Player): TemplateResult {
  return html`<label class="rp-speed">
    <span class="vh">${t("replay.speed")}</span>
    <select
      @change=${(event: Event) => player.setRate(Number((event.target as HTMLSelectElement).value))}
    >
      ${RATES.map(
        (rate) => html`<option value=${rate} ?selected=${rate === player.rate}>${rate}×</option>`,
      )}
    </select>
  </label>`;
}

function button(glyph: string, label: string, act: () => void, name = ""): TemplateResult {
  return html`<button
    class="ctl"
    type="button"
    aria-label=${label}
    title=${label}
    ?data-play=${name === "data-play"}
    @click=${act}
  >
    ${icon(glyph, "l")}
  </button>`;
}

function toggle(glyph: string, label: string, on: boolean, act: () => void): TemplateResult {
  return html`<button
    class="ctl ${on ? "is-on" : ""}"
    type="button"
    aria-label=${label}
    title=${label}
    aria-pressed=${on}
    @click=${act}
  >
    ${icon(glyph, "l")}
  </button>`;
}
