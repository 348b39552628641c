/** What the room says of a line: the indicator's dialog, and the row of an alarm. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { type Alarm, HELP, type Help } from "../media/alarms";
import type { Reason } from "../media/condition";
import type { Grade } from "../media/quality";
import { icon } from "../ui/part";
import type { LineWatch } from "./line-watch";

const GRADES: Readonly<Record<Grade, Key>> = {
  good: "line.good",
  fair: "line.fair",
  poor: "line.poor",
};

const WHY: Readonly<Record<Reason, readonly [Key, Key]>> = {
  lecturer: ["why.lecturer", "advice.lecturer"],
  cpu: ["why.cpu", "advice.cpu"],
  upload: ["why.upload", "advice.upload"],
  loss: ["why.loss", "advice.loss"],
  delay: ["why.delay", "advice.delay"],
  jitter: ["why.jitter", "advice.loss"],
  freeze: ["why.freeze", "advice.loss"],
  relay: ["why.relay", "advice.relay"],
};

const ALARMS: Readonly<Record<Alarm, Key>> = {
  muted_talking: "alarm.muted_talking",
  mic_silent: "alarm.mic_silent",
  nobody_hears: "alarm.nobody_hears",
  nobody_sees: "alarm.nobody_sees",
  nobody_gets: "alarm.nobody_gets",
  no_network: "alarm.no_network",
  blocked: "alarm.blocked",
  lecturer_paused: "alarm.lecturer_paused",
  nothing: "alarm.nothing",
};

const HELPS: Readonly<Record<Exclude<Help, "none">, Key>> = {
  unmute: "ctl.mic_on",
  devices: "help.devices",
  again: "help.again",
  sound_only: "ctl.audio_only",
};

/** The dialog behind the indicator: grade, reasons with advice, and figures for who opens them. */
export function lineWords(line: LineWatch, sends: boolean): TemplateResult {
  const { condition, figures } = line;
  return html`<p class="line-grade" data-grade=${condition.grade}>
      ${icon(condition.grade === "good" ? "wifi" : "alert")}<b>${t(GRADES[condition.grade])}</b>
    </p>
    ${
      condition.reasons.length > 0
        ? html`<ul class="line-why">
          ${condition.reasons.map(
            (one) => html`<li data-reason=${one}><b>${t(WHY[one][0])}</b> ${t(WHY[one][1])}</li>`,
          )}
        </ul>`
        : html`<p>${t(sends ? "line.fine_sending" : "line.fine")}</p>`
    }
    ${figures ? details(line) : html`<p class="hint">${t("line.no_figures")}</p>`}`;
}

function details({ figures, lecturer }: LineWatch): TemplateResult | typeof nothing {
  if (!figures) return nothing;
  const { now, kbps, lossPercent } = figures;
  const fact = (word: Key, value: string): TemplateResult =>
    html`<div><dt>${t(word)}</dt><dd class="num">${value}</dd></div>`;
  return html`<details class="line-more">
    <summary>${t("line.details")}</summary>
    <dl class="arr-facts">
      ${fact("arrive.rtt", now.roundTrip === null ? "–" : `${Math.round(now.roundTrip)} ms`)}
      ${fact("arrive.loss", `${lossPercent.toFixed(1)}%`)}
      ${fact("arrive.jitter", `${Math.round(now.jitter)} ms`)}
      ${fact("arrive.bitrate", `${Math.round(kbps)} kbps`)}
      ${fact("arrive.size", now.width ? `${now.width}×${now.height}` : "–")}
      ${fact("arrive.fps", now.fps ? String(Math.round(now.fps)) : "–")}
      ${fact("line.freezes", String(now.freezes))}
      ${fact("arrive.way", t(now.relayed ? "arrive.relay" : "arrive.direct"))}
      ${lecturer ? fact("line.lecturer", t(GRADES[lecturer.grade])) : nothing}
    </dl>
  </details>`;
}

/** The row above the stage; it stays while the alarm does. */
export function alarmRow(
  line: LineWatch,
  help: (what: Exclude<Help, "none">) => void,
): TemplateResult | typeof nothing {
  const { alarm } = line;
  if (!alarm) return nothing;
  const what = HELP[alarm];
  return html`<div class="banner" role="region" aria-label=${t("alarm.label")} data-alarm=${alarm}>
    ${icon(alarm === "muted_talking" || alarm === "mic_silent" ? "mic-off" : "alert")}
    <p><b>${t(ALARMS[alarm])}</b></p>
    ${
      what === "none"
        ? nothing
        : html`<button class="btn pri" type="button" data-help=${what} @click=${() => help(what)}>
          ${t(HELPS[what])}
        </button>`
    }
    <button
      class="ibtn"
      type="button"
      aria-label=${t("help.hush")}
      title=${t("help.hush")}
      @click=${() => line.hush()}
    >
      ${icon("x")}
    </button>
  </div>`;
}

/** For a reader of the screen, said once when it begins. */
export function alarmWords(alarm: Alarm): string {
  return t(ALARMS[alarm]);
}
