/** Everybody sees whether the class is being recorded; the lecturer switches it and is warned. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { RecordingPhase } from "../protocol.gen";
import { icon } from "../ui/part";
import type { Visit } from "./visit";

/** For the top bar: the red mark is there only while something is really kept. */
export function recordingMark(phase: RecordingPhase): TemplateResult | typeof nothing {
  switch (phase) {
    case "on":
      return html`<span class="st" data-recording="on" title=${t("room.recording_notice")}>
        <i class="rec"></i>${t("room.recording")}
      </span>`;
    case "starting":
      return html`<span class="st" data-recording="starting">${t("recording.starting")}</span>`;
    case "paused":
      return html`<span class="st" data-recording="paused">
        ${icon("pause", "s")}${t("recording.paused")}
      </span>`;
    case "disk_full":
    case "off":
      return nothing;
  }
}

/** The lecturer reads that nothing is kept any more, and can try again when there is space. */
export function diskFull(visit: Visit): TemplateResult | typeof nothing {
  if (!visit.staff || visit.room?.recording !== "disk_full") return nothing;
  return html`<div class="banner" role="alert" data-disk-full>
    ${icon("alert")}
    <p><b>${t("recording.full")}</b><span>${t("recording.full_hint")}</span></p>
    ${
      visit.host
        ? html`<button class="btn on-stage" type="button" @click=${() => toggle(visit)}>
            ${t("recording.again")}
          </button>`
        : nothing
    }
  </div>`;
}

/** What only the lecturer finds behind “More” while the class runs. */
export function recordingSwitch(visit: Visit): TemplateResult | typeof nothing {
  const phase = visit.room?.recording;
  if (!visit.host || !phase || visit.room?.phase !== "live") return nothing;
  if (visit.data.records === false) {
    return html`<p class="hint" data-record-elsewhere>${t("recording.elsewhere")}</p>`;
  }
  const words: Readonly<Record<RecordingPhase, Key>> = {
    off: "recording.start",
    starting: "recording.pause",
    on: "recording.pause",
    paused: "recording.resume",
    disk_full: "recording.again",
  };
  return html`<button class="btn full" type="button" data-record @click=${() => toggle(visit)}>
    ${icon(phase === "on" || phase === "starting" ? "pause" : "play", "s")}${t(words[phase])}
  </button>`;
}

function toggle(visit: Visit): void {
  const phase = visit.room?.recording;
  const runs = phase === "on" || phase === "starting";
  void visit.classroom.act({ type: runs ? "recording.stop" : "recording.start" });
}

/** What readers of the screen are told. */
export const RECORDING_SAID: Readonly<Record<RecordingPhase, Key | null>> = {
  on: "room.recording_notice",
  paused: "recording.paused",
  disk_full: "recording.stopped",
  starting: null,
  off: null,
};
