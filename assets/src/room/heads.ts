/** Everything above the stage: the top bar, and the rows that say what needs a word. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { Help } from "../media/alarms";
import type { RoomState } from "../protocol.gen";
import { icon, nameOf, unitOf } from "../ui/part";
import { elapsed } from "../ui/time";
import { alarmRow } from "./line-words";
import { presenceRows } from "./presence";
import { diskFull } from "./recording";
import type { Visit } from "./visit";
import "./banner";
import "./top-bar";

export function topBar(
  visit: Visit,
  room: RoomState | null,
  control: (name: "leave" | "more" | "line") => void,
): TemplateResult {
  const { data, classroom, host, watcher, sent, linked } = visit;
  const found = host ? sent.quality : watcher.quality;
  const roundTrip = classroom.roundTrip ?? found?.roundTrip ?? -1;
  const since = room?.started_at ?? null;
  const until = room?.ended_at ?? classroom.now();
  return html`<lc-top
    .heading=${room?.title ?? data.title}
    .sub=${subtitle(visit, room)}
    .phase=${room?.phase ?? ""}
    .clock=${since === null ? "" : elapsed(until - since)}
    .startsAt=${room?.starts_at ?? 0}
    .online=${room?.presence.online ?? 0}
    .expected=${room?.presence.expected ?? 0}
    .recording=${room?.recording ?? "off"}
    .grade=${visit.line.condition.grade}
    .reason=${visit.line.condition.reasons[0] ?? ""}
    .roundTrip=${roundTrip}
    .linked=${linked}
    @leave=${() => control("leave")}
    @more=${() => control("more")}
    @line=${() => control("line")}
  ></lc-top>`;
}

function subtitle(visit: Visit, room: RoomState | null): string {
  if (!room) return visit.data.orgName;
  if (visit.staff) return `${t("console.title")} · ${nameOf(room.me)}`;
  return `${nameOf(room.lecturer)} · ${unitOf(room.lecturer)}`;
}

/** Lost connection, blocked sound, and the last refusal. */
export function banners(
  visit: Visit,
  notice: string,
  close: () => void,
  help: (what: Exclude<Help, "none">) => void,
): TemplateResult {
  const { watcher, classroom, sound, floor } = visit;
  const start = (): void => {
    for (const one of [sound, floor]) if (one.blocked) one.unlock();
  };
  const over = visit.room?.phase === "ended";
  const camera = watcher.of("camera");
  return html`<div class="banners">
    ${visit.data.rehearsal ? html`<div class="banner" role="status" data-rehearsal>${icon("alert", "s")}<p>${t("rehearsal.note")}</p></div>` : nothing}
    ${
      over && classroom.unanswered.length === 0
        ? nothing
        : html`<lc-banner
          .link=${classroom.link}
          .kept=${classroom.unanswered}
          .mediaLive=${camera?.status.phase === "live" && (camera.sounding || camera.moving)}
          .wall=${Date.now()}
          @retry=${() => classroom.retryNow()}
        ></lc-banner>`
    }
    ${presenceRows(visit)} ${visit.captions.desk(visit.room)} ${over ? nothing : diskFull(visit)}
    ${
      (visit.delayed.active || visit.delayed.starting) && !over
        ? html`<div class="banner" role="status" data-delayed-note>
          ${icon("clock")}
          <p>${t(visit.delayed.active ? "delayed.note" : "delayed.starting")}</p>
        </div>`
        : nothing
    }
    ${
      (sound.blocked || floor.blocked) && !over
        ? html`<div class="banner" role="status">
          ${icon("vol")}
          <p><b>${t("sound.blocked")}</b></p>
          <button class="btn pri" type="button" data-unmute @click=${start}>
            ${t("sound.start")}
          </button>
        </div>`
        : nothing
    }
    ${over ? nothing : alarmRow(visit.line, help)}
    ${
      notice
        ? html`<div class="banner" role="alert" data-notice>
          ${icon("alert")}
          <p>${notice}</p>
          <button class="btn on-stage" type="button" @click=${close}>${t("act.close")}</button>
        </div>`
        : nothing
    }
  </div>`;
}
