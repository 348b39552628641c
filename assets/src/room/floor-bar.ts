/** Who speaks beside the lecturer: names, one small picture, and one's own switches when asked. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { CaptureProblem } from "../media/capture";
import type { Mute, Person, RoomState } from "../protocol.gen";
import { icon, nameOf, Part } from "../ui/part";
import type { Floor } from "./floor";
import type { DoorAct } from "./lobby";
import { PushTalk } from "./push-talk";
import type { Visit } from "./visit";
import type { Voice } from "./voice";
import "./picture";

/** What a press asks for. */
export type FloorAct = "begin" | "begin_cam" | "mic" | "cam" | "end";

/** Whose sound the staff want off or allowed again; null is everybody who speaks. */
export interface MuteWish {
  readonly member: number | null;
  readonly muted: Mute;
}

const PROBLEMS: Readonly<Record<CaptureProblem, Key>> = {
  denied: "device.denied",
  missing: "device.missing",
  busy: "device.busy",
  insecure: "device.insecure",
};

const MUTED: Readonly<Record<Mute, Key>> = {
  no: "speak.muted",
  asked: "mute.asked",
  held: "mute.held",
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

  readonly #talk = new PushTalk(
    () => this.voice,
    () => this.#fire("mic"),
  );
  #gone = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    document.addEventListener("keydown", (event) => this.#talk.down(event), { signal });
    document.addEventListener("keyup", (event) => this.#talk.up(event), { signal });
    addEventListener("blur", () => this.#talk.release(), { signal });
  }

  override disconnectedCallback(): void {
    this.#talk.release();
    this.#gone.abort();
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { speakers, phase, me: self } = this.room;
    const staff = self.role !== "member";
    if (phase !== "live" || speakers.length === 0) return nothing;
    return html`<section class="floor" aria-label=${t("speak.label")}>
      ${this.#picture()}
      <ul class="floor-who">
        ${speakers.map(({ person, muted }) => {
          const heard = this.floor.heard.has(person.id);
          const me = person.id === this.room.me.id;
          return html`<li class="chip ${heard ? "acc" : ""}" data-speaker=${person.id} data-heard=${heard} data-muted=${muted}>
            ${icon(muted === "no" ? (heard ? "mic" : "user") : "mic-off")}${me ? t("speak.you") : nameOf(person)}
            ${staff ? html`<lc-light .room=${this.room} .person=${person}></lc-light>${this.#mute(person, muted)}${this.#end(person)}` : nothing}
          </li>`;
        })}
      </ul>
      ${
        staff && speakers.some((one) => one.muted !== "held")
          ? html`<button class="btn on-stage" type="button" data-mute-all @click=${() => this.#tell(null, "held")}>
            ${icon("mic-off", "s")}${t("mute.all")}
          </button>`
          : nothing
      }
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

  /** Take her sound away, or allow it again; her microphone only she turns on. */
  #mute(person: Person, muted: Mute): TemplateResult {
    const label = t(muted === "no" ? "mute.one" : "mute.allow", { name: nameOf(person) });
    return html`<button
      class="ibtn"
      type="button"
      data-mute=${person.id}
      title=${label}
      aria-label=${label}
      @click=${() => this.#tell(person.id, muted === "no" ? "asked" : "no")}
    >
      ${icon(muted === "no" ? "mic-off" : "mic", "s")}
    </button>`;
  }

  #tell(member: number | null, muted: Mute): void {
    const detail: MuteWish = { member, muted };
    this.dispatchEvent(new CustomEvent<MuteWish>("mute", { bubbles: true, detail }));
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
    const said = t(voice.mic ? "speak.on_air" : MUTED[voice.muted]);
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
    const { mic, cam, muted } = this.voice;
    return html`<button class="btn on-stage" type="button" data-floor="mic" title=${mic ? nothing : t("speak.hold")} aria-pressed=${!mic} ?disabled=${!mic && muted === "held"} @click=${() => this.#fire("mic")}>
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
    @door=${({ detail }: CustomEvent<DoorAct>) => void visit.classroom.act(detail)}
    @floor=${({ detail }: CustomEvent<FloorAct>) => visit.speak(detail)}
    @mute=${({ detail: { member, muted } }: CustomEvent<MuteWish>) =>
      void visit.classroom.act(
        muted === "no"
          ? { type: "speaker.unmute", member }
          : { type: "speaker.mute", member, held: muted === "held" },
      )}
    @speak=${({ detail }: CustomEvent<{ member: number }>) =>
      void visit.classroom.act({ type: "speaker.end", member: detail.member })}
  ></lc-floor>`;
}

customElements.define("lc-floor", FloorBar);
