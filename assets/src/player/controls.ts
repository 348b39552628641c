/** The bar below the picture: coverage, place, and the controls. */
import { html, nothing, svg, type TemplateResult } from "lit";

import { t } from "../i18n";
import { clockOf } from "../replay/timeline";
import { icon } from "../ui/part";
import { length, type Range } from "./cover";
import { type Media, RATES } from "./media";

export type Act =
  | "play"
  | "back"
  | "forward"
  | "mute"
  | "sound"
  | "captions"
  | "pip"
  | "full";

export interface ControlOptions {
  readonly media: Media;
  readonly counted: readonly Range[];
  readonly waiting: readonly Range[];
  readonly captions: boolean;
  readonly video: boolean;
  readonly fastest: number;
  readonly act: (act: Act) => void;
  readonly seek: (to: number) => void;
}

export function controls(options: ControlOptions): TemplateResult {
  const { media, act } = options;
  const now = clockOf(media.time);
  return html`<div class="pl-bar">
    <div class="rp-line ls-line">
      ${drawing(options)}
      <input
        type="range"
        min="0"
        max=${Math.max(1, Math.round(media.end))}
        step="1"
        .value=${String(Math.round(media.time))}
        aria-label=${t("replay.position")}
        aria-valuetext=${t("replay.position_of", { a: now, b: clockOf(media.end) })}
        @change=${(event: Event) => options.seek(Number((event.target as HTMLInputElement).value))}
      />
    </div>
    <div class="pl-ctl">
      ${button(media.playing ? "pause" : "play", t(media.playing ? "replay.pause" : "replay.play"), () => act("play"), "play")}
      ${button("replay", t("replay.back"), () => act("back"))}
      ${button("fwd", t("replay.forward"), () => act("forward"))}
      <span class="num pl-t" data-time>${now} / ${clockOf(media.end)}</span>
      <span class="push"></span>
      ${speed(options)} ${toggle("vol", t("replay.mute"), media.element.muted, () => act("mute"))}
      ${options.captions ? toggle("cc", t("lesson.captions"), media.captions, () => act("captions")) : nothing}
      ${
        options.video
          ? html`${toggle("ear", t("replay.audio_only"), media.soundOnly, () => act("sound"))}
            ${document.pictureInPictureEnabled ? button("screen", t("lesson.pip"), () => act("pip"), "pip") : nothing}
            ${button("full", t("replay.full"), () => act("full"))}`
          : nothing
      }
    </div>
  </div>`;
}

function drawing({ media, counted, waiting }: ControlOptions): TemplateResult {
  const end = Math.max(1, Math.round(media.end * 10));
  const bars = (ranges: readonly Range[], kind: string): TemplateResult[] =>
    ranges.map(
      ([from, to]) =>
        svg`<rect class=${kind} x=${from} width=${Math.max(0, to - from)} height="10"></rect>`,
    );
  const label = t("lesson.counted", {
    a: clockOf(length(counted) / 10),
    b: clockOf(media.end),
  });
  return html`<svg
    class="cov tall"
    viewBox="0 0 ${end} 10"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    ${bars(waiting, "r")} ${bars(counted, "c")}
  </svg>`;
}

function speed({ media, fastest }: ControlOptions): TemplateResult {
  const rate = media.element.playbackRate;
  return html`<label class="rp-speed">
    <span class="vh">${t("replay.speed")}</span>
    <select
      @change=${(event: Event) => media.setRate(Number((event.target as HTMLSelectElement).value))}
    >
      ${RATES.map(
        (one) => html`<option value=${one} ?selected=${one === rate}>
          ${one}×${one > fastest ? t("lesson.uncounted") : ""}
        </option>`,
      )}
    </select>
  </label>`;
}

function button(name: string, label: string, act: () => void, kind = ""): TemplateResult {
  return html`<button
    class="ctl ${kind}"
    type="button"
    aria-label=${label}
    title=${label}
    ?data-play=${kind === "play"}
    @click=${act}
  >
    ${icon(name, "l")}
  </button>`;
}

function toggle(name: string, label: string, on: boolean, act: () => void): TemplateResult {
  return html`<button
    class="ctl ${on ? "is-on" : ""}"
    type="button"
    aria-label=${label}
    title=${label}
    aria-pressed=${on}
    @click=${act}
  >
    ${icon(name, "l")}
  </button>`;
}
