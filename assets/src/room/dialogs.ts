/** The room's questions and answers: end, leave, how it counts, and what is behind “More”. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { type DeviceChoice, rememberedDevices } from "../media/capture";
import type { PictureChoice } from "../media/wish";
import type { ChatLine, Person, RoomState } from "../protocol.gen";
import { icon, nameOf } from "../ui/part";
import type { Draft } from "./classroom";
import { howCounted } from "./class-line";
import { lineWords } from "./line-words";
import { recordingSwitch } from "./recording";
import type { ReportDraft } from "./report";
import { keyList } from "./settings";
import type { Visit } from "./visit";
import "../ui/dialog";
import "./settings";

/**
 * Which dialog is open; `recall`: somebody else's line, before it is taken back; `remove`: somebody
 * before she is sent out.
 */
export type Ask = "end" | "leave" | "how" | "more" | "keys" | "slides" | "obs" | "line" | "presence" | { readonly recall: ChatLine } | { readonly remove: Person } | null;

export function dialogs(
  visit: Visit,
  room: RoomState,
  ask: Ask,
  shut: () => void,
  leave: () => void,
  open: (ask: Ask) => void,
): TemplateResult {
  const recall = ask && typeof ask === "object" && "recall" in ask ? ask.recall : null;
  const remove = ask && typeof ask === "object" && "remove" in ask ? ask.remove : null;
  const inClass = visit.host && room.phase === "live";
  return html`<lc-dialog
      id="ask-end"
      .open=${ask === "end"}
      .heading=${t("end.title")}
      .body=${t("end.body", { n: room.presence.online })}
      .safe=${t("end.stay")}
      .act=${t("class.end")}
      .danger=${true}
      @close=${shut}
      @act=${() => {
        shut();
        void visit.classroom.act({ type: "class.end" });
      }}
    ></lc-dialog>
    <lc-dialog
      id="ask-leave"
      .open=${ask === "leave"}
      .heading=${t("leave.title")}
      .body=${t(inClass ? "leave.body_host" : "leave.body")}
      .safe=${t("leave.stay")}
      .act=${t("ctl.leave")}
      @close=${shut}
      @act=${leave}
    ></lc-dialog>
    <lc-dialog
      id="ask-how"
      .open=${ask === "how"}
      .heading=${t("line.how")}
      .body=${ask === "how" ? howCounted(room, visit.classroom.now()) : ""}
      .safe=${t("act.close")}
      @close=${shut}
    ></lc-dialog>
    <lc-dialog
      id="ask-recall"
      .open=${recall !== null}
      .heading=${recall ? t("remove.title", { name: nameOf(recall.author) }) : ""}
      .body=${recall ? recallWords(recall, visit) : ""}
      .safe=${t("act.cancel")}
      .act=${t("chat.remove")}
      .danger=${true}
      @close=${shut}
      @act=${() => {
        shut();
        if (recall) visit.chat("recall", recall);
      }}
    ></lc-dialog>
    <lc-dialog
      id="ask-remove"
      .open=${remove !== null}
      .heading=${remove ? t("people.remove_title", { name: nameOf(remove) }) : ""}
      .body=${t(visit.host ? "people.remove_body" : "people.remove_body_assistant")}
      .safe=${t("act.cancel")}
      .act=${t("people.remove_act")}
      .danger=${true}
      @close=${shut}
      @act=${() => {
        shut();
        if (remove) void visit.classroom.act({ type: "member.remove", member: remove.id });
      }}
    ></lc-dialog>
    <lc-report .send=${(draft: ReportDraft) => visit.classroom.act(draft)}></lc-report>
    <lc-dialog
      id="ask-keys"
      .open=${ask === "keys"}
      .heading=${t("key.title")}
      .body=${ask === "keys" ? keyList(visit.data.me.role) : ""}
      .safe=${t("act.close")}
      @close=${shut}
    ></lc-dialog>
    <lc-dialog
      id="ask-more"
      .open=${ask === "more"}
      .heading=${t("ctl.more")}
      .body=${ask === "more" ? more(visit, open) : ""}
      .safe=${t("act.close")}
      @close=${shut}
    ></lc-dialog>
    <lc-dialog
      id="ask-slides"
      .open=${ask === "slides"}
      .heading=${t("slides.label")}
      .body=${ask === "slides" ? html`<lc-slide-files .show=${visit.show} .beat=${visit.show.beat} @done=${shut}></lc-slide-files>` : ""}
      .safe=${t("act.close")}
      @close=${shut}
    ></lc-dialog>
    <lc-dialog
      id="ask-line"
      .open=${ask === "line"}
      .heading=${t("line.title")}
      .body=${ask === "line" ? lineWords(visit.line, visit.host) : ""}
      .safe=${t("act.close")}
      @close=${shut}
    ></lc-dialog>
    <lc-dialog
      id="ask-presence"
      .open=${ask === "presence"}
      .heading=${t("break.desk")}
      .body=${ask === "presence" ? presenceDesk(visit, room, shut) : ""}
      .safe=${t("act.close")}
      @close=${shut}
    ></lc-dialog>
    <lc-dialog
      id="ask-obs"
      .open=${ask === "obs"}
      .heading=${t("obs.title")}
      .body=${ask === "obs" ? streamKey(visit) : ""}
      .safe=${t("act.close")}
      @close=${shut}
    ></lc-dialog>`;
}

function recallWords(line: ChatLine, visit: Visit): TemplateResult {
  const assistant = visit.data.me.role === "assistant";
  return html`<blockquote class="quoted">${line.text}</blockquote>
    <p>${t(assistant ? "remove.body_assistant" : "remove.body_host")}</p>`;
}

function streamKey({ data }: Visit): TemplateResult {
  return html`<lc-stream-key .url=${data.urls.publishKey} .csrf=${data.csrf}></lc-stream-key>`;
}

/** What is asked of everybody is seen above the stage: the desk gives way. */
function presenceDesk({ classroom }: Visit, room: RoomState, shut: () => void): TemplateResult {
  return html`<lc-presence-desk
    .room=${room}
    .now=${Math.floor(classroom.now())}
    @presence=${({ detail }: CustomEvent<Draft>) => {
      if (detail.type !== "checks.announce") shut();
      void classroom.act(detail);
    }}
  ></lc-presence-desk>`;
}

function more(visit: Visit, open: (ask: Ask) => void): TemplateResult {
  return html`${acts(visit, open)}<lc-settings
    .who=${visit.data.me.role}
    .sends=${visit.host}
    .choice=${rememberedDevices()}
    .watches=${!visit.host}
    .picture=${visit.watcher.choice}
    .saver=${visit.watcher.saver}
    @picture=${(event: CustomEvent<PictureChoice>) => visit.choosePicture(event.detail)}
    @comments=${() => void visit.comments.bring()}
    @saver=${(event: CustomEvent<boolean>) => visit.watcher.saveData(event.detail)}
    @choose=${(event: CustomEvent<DeviceChoice>) => void visit.studio.choose(event.detail)}
  ></lc-settings>`;
}

/** What else is behind “More”: the own line, and what only lecturer and assistants find there. */
function acts(visit: Visit, open: (ask: Ask) => void): TemplateResult {
  return html`<div class="more-acts">
    <button class="btn full" type="button" data-line @click=${() => open("line")}>
      ${icon("wifi", "s")}${t("line.title")}
    </button>
    ${
      visit.staff
        ? html`<a class="btn full" data-reception href=${visit.data.urls.media} target="_blank">
          ${icon("gauge", "s")}${t("arrive.title")}
        </a>`
        : nothing
    }
    ${
      visit.staff && visit.room?.phase === "live"
        ? html`<button class="btn full" type="button" data-presence @click=${() => open("presence")}>
          ${icon("pause", "s")}${t("break.desk")}
        </button>`
        : nothing
    }
    ${visit.staff && visit.room?.phase !== "ended" ? captionSwitch(visit, open) : nothing}
    ${recordingSwitch(visit)}
    ${
      !visit.host || visit.room?.phase === "ended"
        ? nothing
        : html`<button class="btn full" type="button" data-obs @click=${() => open("obs")}>
          ${icon("link", "s")}${t("obs.title")}
        </button>`
    }
  </div>`;
}

function captionSwitch({ captions }: Visit, open: (ask: Ask) => void): TemplateResult {
  return html`<button
    class="btn full"
    type="button"
    data-write-captions
    @click=${() => {
      captions.write(!captions.writing);
      open(null);
    }}
  >
    ${icon("cc", "s")}${t(captions.writing ? "caption.done" : "caption.desk")}
  </button>`;
}
