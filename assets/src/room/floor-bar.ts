/** Who speaks beside the lecturer: names, one small picture, and one's own switches when asked. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { CaptureProblem } from "../media/capture";
import type { Person, RoomState } from "../protocol.gen";
import { icon, nameOf, Part } from "../ui/part";
import type { Floor } from "./floor";
import type { Visit } from "./visit";
import type { Voice } from "./voice";
import "./picture";

/** What a press asks for. */
export type FloorAct = "begin" | "begin_cam" | "mic" | "cam" | "end";

const PROBLEMS: Readonly<Record<CaptureProblem, Key>> = {
  denied: "device.denied",
  missing: "device.missing",
  busy: "device.busy",
  insecure: "device.insecure",
};

export class FloorBar extends Part {
  static override properties = {
    room: { attribute: false },
    floor: { attribute: false },
    voice: { attribute: false },
    tick: { type: Number },
  };

  declare room: RoomState;
  declare floor: Floor;
  declare voice: Voice;
  /** Changes whenever floor or voice do: they are not immutable. */
  declare tick: number;

  protected override render(): TemplateResult | typeof nothing {
    const { speakers, phase } = this.room;
    if (phase !== "live" || speakers.length === 0) return nothing;
    return html`<section class="floor" aria-label=${t("speak.label")}>
      ${this.#picture()}
      <ul class="floor-who">
        ${speakers.map(({ person }) => {
          const heard = this.floor.heard.has(person.id);
          const me = person.id === this.room.me.id;
          return html`<li class="chip ${heard ? "acc" : ""}" data-speaker=${person.id} data-heard=${heard}>
            ${icon(heard ? "mic" : "user")}${me ? t("speak.you") : nameOf(person)}
            ${this.room.me.role === "member" ? nothing : this.#end(person)}
          </li>`;
        })}
      </ul>
      ${this.voice.asked ? this.#own() : nothing}
    </section>`;
  }

  /** Staff may end anybody's turn, also of who is not in the list of people. */
  #end(person: Person): TemplateResult {
    const label = t("speak.end_name", { name: nameOf(person) });
    const detail = { member: person.id, on: false };
    return html`<button
      class="ibtn"
      type="button"
      title=${label}
      aria-label=${label}
      @click=${() => this.dispatchEvent(new CustomEvent("speak", { bubbles: true, detail }))}
    >
      ${icon("x", "s")}
    </button>`;
  }

  /** The picture that arrives, or one's own while nobody else has one. */
  #picture(): TemplateResult | typeof nothing {
    const { floor, voice, room } = this;
    const shown = room.speakers.find((one) => one.person.id === floor.seen)?.person;
    const own = !shown && voice.preview !== null;
    if (!shown && !own) return nothing;
    return html`<lc-picture
      kind="tile"
      data-stream="speakers"
      .media=${own ? voice.preview : floor.picture}
      .person=${shown ?? room.me}
      .moving=${true}
      .mirror=${own}
      .sounding=${shown ? floor.heard.has(shown.id) : false}
      .caption=${own ? t("speak.you") : ""}
      .glyph=${"user"}
    ></lc-picture>`;
  }

  #own(): TemplateResult {
    const { voice } = this;
    return html`<div class="floor-own" role="group" aria-label=${t("speak.own")}>
      <p role="status">${this.#said()}</p>
      ${voice.on ? this.#switches() : this.#answers()}
    </div>`;
  }

  #said(): string {
    const { voice } = this;
    if (voice.problem && !voice.on) return `${t("speak.microphone")} ${t(PROBLEMS[voice.problem])}`;
    if (!voice.on) return voice.asking ? t("speak.allow") : t("speak.asked");
    if (voice.status.phase === "refused") return t("speak.failed");
    if (voice.status.phase !== "live") return t("speak.connecting");
    const said = voice.mic ? t("speak.on_air") : t("speak.muted");
    return voice.problem ? `${said}. ${t("speak.camera")} ${t(PROBLEMS[voice.problem])}` : said;
  }

  #answers(): TemplateResult {
    const busy = this.voice.asking;
    return html`<button class="btn pri" type="button" data-floor="begin" ?disabled=${busy} @click=${() => this.#fire("begin")}>
        ${icon("mic", "s")}${t("speak.begin")}
      </button>
      <button class="btn on-stage" type="button" data-floor="begin_cam" ?disabled=${busy} @click=${() => this.#fire("begin_cam")}>
        ${icon("cam", "s")}${t("speak.begin_cam")}
      </button>
      <button class="btn on-stage" type="button" data-floor="end" @click=${() => this.#fire("end")}>
        ${t("speak.decline")}
      </button>`;
  }

  #switches(): TemplateResult {
    const { mic, cam } = this.voice;
    return html`<button class="btn on-stage" type="button" data-floor="mic" aria-pressed=${!mic} @click=${() => this.#fire("mic")}>
        ${icon(mic ? "mic" : "mic-off", "s")}${t(mic ? "speak.mute" : "speak.unmute")}
      </button>
      <button class="btn on-stage" type="button" data-floor="cam" aria-pressed=${cam} @click=${() => this.#fire("cam")}>
        ${icon(cam ? "cam" : "cam-off", "s")}${t(cam ? "speak.cam_off" : "speak.cam_on")}
      </button>
      <button class="btn danger" type="button" data-floor="end" @click=${() => this.#fire("end")}>
        ${t("speak.stop")}
      </button>`;
  }

  #fire(detail: FloorAct): void {
    this.dispatchEvent(new CustomEvent<FloorAct>("floor", { bubbles: true, detail }));
  }
}

let drawn = 0;

/** The bar of `visit`; it is drawn anew whenever the page is. */
export function floorBar(visit: Visit, room: RoomState): TemplateResult {
  return html`<lc-floor
    .room=${room}
    .floor=${visit.floor}
    .voice=${visit.voice}
    .tick=${(drawn += 1)}
    @floor=${({ detail }: CustomEvent<FloorAct>) => visit.speak(detail)}
    @speak=${({ detail }: CustomEvent<{ member: number }>) =>
      void visit.classroom.act({ type: "speaker.end", member: detail.member })}
  ></lc-floor>`;
}

customElements.define("lc-floor", FloorBar);
