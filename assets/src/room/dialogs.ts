/** The room's questions and answers: end, leave, how it counts, and what is behind “More”. */
import { html, type TemplateResult } from "lit";

import { t } from "../i18n";
import { type DeviceChoice, rememberedDevices } from "../media/capture";
import type { RoomState } from "../protocol.gen";
import { howCounted } from "./class-line";
import type { Visit } from "./visit";
import "../ui/dialog";
import "./settings";

export type Ask = "end" | "leave" | "how" | "more" | null;

export function dialogs(
  visit: Visit,
  room: RoomState,
  ask: Ask,
  shut: () => void,
  leave: () => void,
): TemplateResult {
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
      id="ask-more"
      .open=${ask === "more"}
      .heading=${t("ctl.more")}
      .body=${ask === "more" ? more(visit) : ""}
      .safe=${t("act.close")}
      @close=${shut}
    ></lc-dialog>`;
}

function more(visit: Visit): TemplateResult {
  return html`<lc-settings
    .who=${visit.data.me.role}
    .sends=${visit.host}
    .choice=${rememberedDevices()}
    @choose=${(event: CustomEvent<DeviceChoice>) => void visit.studio.choose(event.detail)}
  ></lc-settings>`;
}
