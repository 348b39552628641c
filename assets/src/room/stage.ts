/** The stage: what is taught with, the lecturer or who speaks, as the staff or she herself arranged
 * it; or words why there is nothing to see. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { LayoutMode, Person, ReactionCount, RoomState, StreamState } from "../protocol.gen";
import { icon, nameOf, Part, seal, titledName } from "../ui/part";
import { dayTime } from "../ui/time";
import type { Show } from "../slides/show";
import { slideNav, slideView } from "../slides/view";
import type { Watched } from "./watcher";
import "./delayed-picture";
import "./picture";
import "./reactions";

const LAYOUTS = ["slides", "camera", "speakers"] as const;

export class Stage extends Part {
  static override properties = {
    room: { attribute: false },
    camera: { attribute: false },
    screen: { attribute: false },
    audioOnly: { type: Boolean },
    summary: { type: String },
    bursts: { attribute: false },
    show: { attribute: false },
    beat: { type: Number },
    speaker: { attribute: false },
    seen: { attribute: false },
    own: { state: true },
  };

  declare room: RoomState;
  declare camera: Watched | null;
  declare screen: Watched | null;
  declare audioOnly: boolean;
  declare summary: string;
  declare bursts: readonly ReactionCount[];
  declare show: Show;
  /** Changes whenever the slides do: they are not immutable. */
  declare beat: number;
  /** The picture of who speaks beside the lecturer, and whose it is. */
  declare speaker: MediaStream | null;
  declare seen: number | null;
  /** What she wants to see large on this page; null: as the staff arranged it. */
  declare own: LayoutMode | null;
  /** Somebody was on the stage since this page is here. */
  #had = false;

  constructor() {
    super();
    this.speaker = null;
    this.seen = null;
    this.own = null;
  }

  protected override willUpdate(): void {
    this.#had ||= this.room.stage.length > 0;
  }

  protected override render(): TemplateResult {
    const screen = this.#shown("screen");
    return html`<section class="stage" id="stage" aria-label=${t("stage.label")} tabindex="-1">
      <div class="stage-fit">${this.#main(screen)}</div>
      <div class="tiles">
        ${this.#beside(screen) ? this.#tile() : nothing} ${this.#small(screen)}
        ${this.#showsSlides(screen) ? slideNav(this.show) : nothing}
        ${this.#choice(screen)}
        <lc-reactions .bursts=${this.bursts}></lc-reactions>
      </div>
    </section>`;
  }

  #shown(name: StreamState["stream"]): StreamState | undefined {
    return this.room.stage.find((one) => one.stream === name);
  }

  /** Slides come first; a screen that is shared while they are there is meant to be seen. */
  #showsSlides(screen: StreamState | undefined): boolean {
    if (this.room.phase !== "live" || this.room.slides === null || (screen && this.screen)) return false;
    return this.#large === "slides";
  }

  /** The camera is small beside what is taught with. */
  #beside(screen: StreamState | undefined): boolean {
    if (this.room.phase === "ended" || this.audioOnly || this.#large === "camera") return false;
    if (this.#large === "speakers") return true;
    return this.room.slides !== null || (screen !== undefined && this.screen !== null);
  }

  /** Who speaks, if her picture is here. */
  get #speaks(): Person | undefined {
    if (!this.speaker || this.room.phase !== "live") return undefined;
    return this.room.speakers.find((one) => one.person.id === this.seen)?.person;
  }

  /** What is wished for leaves its place to the slides or the screen while it is not there. */
  get #large(): LayoutMode {
    const wished = this.own ?? (this.room.spotlight ? "speakers" : this.room.layout);
    if (wished === "speakers") return this.#speaks ? "speakers" : "slides";
    const camera = this.#shown("camera") && this.camera && !this.audioOnly;
    return wished === "camera" && camera ? "camera" : "slides";
  }

  /** What is taught with, while something else is large: small, or one press away. */
  #small(screen: StreamState | undefined): TemplateResult | typeof nothing {
    if (this.room.phase !== "live" || this.#large === "slides") return nothing;
    if (screen && this.screen?.media) {
      return html`<lc-picture
        kind="tile"
        data-stream="screen"
        .media=${this.screen.media}
        .moving=${true}
        .glyph=${"screen"}
        caption=${t("stage.screen")}
      ></lc-picture>`;
    }
    if (!this.room.slides) return nothing;
    return html`<button class="btn on-stage" type="button" @click=${() => (this.own = "slides")}>
      ${icon("slides", "s")}${t("layout.see_slides")}
    </button>`;
  }

  /** Her own choice, where there is one to make. */
  #choice(screen: StreamState | undefined): TemplateResult | typeof nothing {
    const { room } = this;
    const taught = room.slides !== null || screen !== undefined;
    if (room.phase !== "live" || this.audioOnly || !(taught || this.#speaks)) return nothing;
    return html`<select
      class="input layout"
      aria-label=${t("layout.own")}
      @change=${(event: Event) => {
        const { value } = event.target as HTMLSelectElement;
        this.own = LAYOUTS.find((one) => one === value) ?? null;
      }}
    >
      <option value="" ?selected=${this.own === null}>${t("layout.follow")}</option>
      ${LAYOUTS.map(
        (one) => html`<option value=${one} ?selected=${this.own === one}>${t(`layout.${one}`)}</option>`,
      )}
    </select>`;
  }

  #main(screen: StreamState | undefined): TemplateResult | typeof nothing {
    const { room } = this;
    if (room.phase === "ended") return this.#ended();
    if (this.#showsSlides(screen)) {
      return this.show.pages ? slideView(this.show) : words(html`<span class="spin" aria-hidden="true"></span>`, t("slides.loading"), "");
    }
    const camera = this.#shown("camera");
    if (this.audioOnly && camera) return this.#audio();
    if (this.#large === "speakers") return this.#speaking();
    if (this.#large === "camera" && camera && this.camera) return this.#watched(camera, this.camera, "");
    if (screen && this.screen) return this.#watched(screen, this.screen, t("stage.screen"));
    if (camera && this.camera) return this.#watched(camera, this.camera, "");
    if (room.phase === "scheduled") return this.#notStarted();
    if (this.#had) {
      const spinner = html`<span class="spin" aria-hidden="true"></span>`;
      return words(spinner, t("stage.away"), t("stage.away_hint"));
    }
    return words(
      icon("cam-off", "l"),
      t("stage.no_picture", { name: nameOf(room.lecturer) }),
      t("stage.no_picture_hint"),
    );
  }

  #watched(shown: StreamState, watched: Watched, caption: string): TemplateResult {
    const { media, status, moving, sounding } = watched;
    if (watched.delayed) return late(watched.delayed, shown, "main");
    if (!media || status.phase !== "live") return this.#waiting(watched);
    const camera = shown.stream === "camera";
    return html`<lc-picture
      kind="main"
      data-stream=${shown.stream}
      .media=${media}
      .person=${camera ? shown.person : null}
      .moving=${moving || !camera}
      .sounding=${camera && sounding}
      .glyph=${camera ? speaking(sounding) : "screen"}
      .sent=${camera && this.room.lines.some((one) => one.stream === "camera" && one.video)}
      caption=${caption ? `${nameOf(shown.person)} · ${caption}` : ""}
    ></lc-picture>`;
  }

  #speaking(): TemplateResult {
    return html`<lc-picture
      kind="main"
      data-stream="speakers"
      .media=${this.speaker}
      .person=${this.#speaks ?? null}
      .moving=${true}
      .glyph=${"user"}
    ></lc-picture>`;
  }

  #tile(): TemplateResult | typeof nothing {
    const camera = this.#shown("camera");
    if (!camera || !this.camera) return nothing;
    if (this.camera.delayed) return late(this.camera.delayed, camera, "tile");
    return html`<lc-picture
      kind="tile"
      data-stream="camera"
      .media=${this.camera.media}
      .person=${camera.person}
      .moving=${this.camera.moving}
      .sounding=${this.camera.sounding}
      .glyph=${speaking(this.camera.sounding)}
    ></lc-picture>`;
  }

  #waiting({ status, seen }: Watched): TemplateResult {
    if (status.phase === "refused") {
      return words(icon("x", "l"), t("stage.failed"), t("stage.failed_hint"));
    }
    return words(
      html`<span class="spin" aria-hidden="true"></span>`,
      seen ? t("stage.reconnecting") : t("stage.connecting"),
      seen ? t("stage.reconnecting_hint") : "",
    );
  }

  #audio(): TemplateResult {
    const { lecturer } = this.room;
    const live = this.camera?.status.phase === "live" || this.camera?.delayed !== undefined;
    return html`<div class="picture words">
      ${seal(lecturer, "xl")}
      <p class="song">${titledName(lecturer)}</p>
      <p class="sub2">${live ? t("stage.audio_only") : t("stage.connecting")}</p>
    </div>`;
  }

  #notStarted(): TemplateResult {
    return words(
      icon("clock", "l"),
      t("stage.not_started"),
      t("stage.not_started_hint", { when: dayTime(this.room.starts_at) }),
    );
  }

  #ended(): TemplateResult {
    return html`<div class="picture words">
      ${icon("check", "l")}
      <p class="song">${t("stage.ended")}</p>
      <p class="sub2">${t("stage.ended_hint")}</p>
      <a class="btn on-stage" href=${this.summary}>${t("stage.summary")}</a>
    </div>`;
  }
}

/** Whether somebody is muted is not known here, only whether she is heard. */
function speaking(sounding: boolean): string {
  return sounding ? "mic" : "user";
}

function late(
  video: HTMLVideoElement,
  shown: StreamState,
  kind: "main" | "tile",
): TemplateResult {
  const name = titledName(shown.person);
  return html`<lc-delayed
    .video=${video}
    .kind=${kind}
    .caption=${t("delayed.caption", { name })}
  ></lc-delayed>`;
}

/** Words where the picture would be: what happened, then what to do. */
export function words(glyph: TemplateResult, title: string, hint: string): TemplateResult {
  return html`<div class="picture words" role="status">
    ${glyph}
    <p class="song">${title}</p>
    ${hint ? html`<p class="sub2">${hint}</p>` : nothing}
  </div>`;
}

customElements.define("lc-stage", Stage);
