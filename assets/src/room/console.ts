/** The lecturer's stage: what the members see, herself, and the figures of the class. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { CaptureProblem } from "../media/capture";
import type { ReactionCount, RoomState } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { dayTime } from "../ui/time";
import { nextPage, slideNotes, strip, tools } from "../slides/desk";
import type { Show } from "../slides/show";
import { slideView } from "../slides/view";
import { words } from "./stage";
import type { Studio } from "./studio";
import "./picture";
import "./reactions";

const PROBLEMS: Readonly<Record<CaptureProblem, Key>> = {
  denied: "device.denied",
  missing: "device.missing",
  busy: "device.busy",
  insecure: "device.insecure",
};

export class ConsoleStage extends Part {
  static override properties = {
    room: { attribute: false },
    studio: { attribute: false },
    tick: { type: Number },
    handsTotal: { type: Number },
    bursts: { attribute: false },
    summary: { type: String },
    check: { type: String },
    show: { attribute: false },
    beat: { type: Number },
  };

  declare room: RoomState;
  declare studio: Studio;
  /** Changes whenever the studio does: it is not immutable. */
  declare tick: number;
  declare handsTotal: number;
  declare bursts: readonly ReactionCount[];
  declare summary: string;
  declare check: string;
  declare show: Show;
  /** Changes whenever the slides do: they are not immutable. */
  declare beat: number;

  protected override render(): TemplateResult {
    if (this.#slides) return this.#teaching();
    return html`<section class="stage con-stage" id="stage" aria-label=${t("stage.label")} tabindex="-1">
      <h2>${this.#heading()}</h2>
      <div class="stage-fit">${this.#main()}</div>
      <div class="con-notes">${this.#notes()}</div>
      ${this.room.phase === "ended" ? nothing : this.#strip()}
    </section>`;
  }

  /** Slides are shown, and no screen over them. */
  get #slides(): boolean {
    const { room, studio } = this;
    return room.phase !== "ended" && room.slides !== null && !studio.asking && !studio.screenPreview;
  }

  /** What is shown large; beside it what comes next, herself and the figures; below, all pages. */
  #teaching(): TemplateResult {
    const { show, studio } = this;
    return html`<section class="stage con-stage con-slides" id="stage" aria-label=${t("stage.label")} tabindex="-1">
      <h2>${t("slides.now")}</h2>
      <div class="stage-fit">${slideView(show, show.tool)}</div>
      ${tools(show)}
      <div class="con-side">
        ${nextPage(show)} ${studio.on ? this.#own("tile") : this.#offAir()} ${this.#counters()}
        <lc-reactions .bursts=${this.bursts}></lc-reactions>
      </div>
      <div class="con-notes">${this.#notes()}</div>
      ${strip(show)}
    </section>`;
  }

  /** Slides are shown, but she is neither seen nor heard yet. */
  #offAir(): TemplateResult | typeof nothing {
    if (this.room.phase !== "live" || this.#elsewhere) return nothing;
    return html`<button class="btn on-stage" type="button" data-go @click=${() => this.#fire("go")}>
      ${icon("cam", "s")}${t("console.go")}
    </button>`;
  }

  /** Under the picture: herself while the screen is large, the figures, and what was reacted. */
  #strip(): TemplateResult {
    return html`<div class="con-strip">
      ${this.#self()} ${this.#counters()}
      <lc-reactions .bursts=${this.bursts}></lc-reactions>
    </div>`;
  }

  #heading(): string {
    if (this.room.phase === "ended") return t("room.ended");
    if (this.room.phase !== "live") return t("console.preview");
    return this.studio.on || this.#elsewhere ? t("console.on_air") : t("console.off_air");
  }

  #main(): TemplateResult {
    const { studio, room } = this;
    if (room.phase === "ended") {
      return html`<div class="picture words">
        ${icon("check", "l")}
        <p class="song">${t("stage.ended")}</p>
        <p class="sub2">${t("console.ended_hint")}</p>
        <a class="btn on-stage" href=${this.summary}>${t("stage.summary")}</a>
      </div>`;
    }
    if (studio.asking) {
      return words(
        html`<span class="spin" aria-hidden="true"></span>`,
        t("console.asking"),
        t("console.asking_hint"),
      );
    }
    if (studio.screenPreview) {
      return html`<lc-picture
        kind="main"
        data-stream="screen"
        .media=${studio.screenPreview}
        .moving=${true}
        glyph="screen"
        caption=${t("console.your_screen")}
      ></lc-picture>`;
    }
    if (studio.on) return this.#own("main");
    if (room.phase === "live") return this.#goOnAir();
    return words(
      icon("clock", "l"),
      t("console.ready"),
      t("console.ready_hint", { when: dayTime(room.starts_at) }),
    );
  }

  /** What members see of her comes from a streaming program, or from another page. */
  get #elsewhere(): boolean {
    const { room, studio } = this;
    return (
      !studio.on &&
      room.stage.some((one) => one.stream === "camera" && one.person.id === room.me.id)
    );
  }

  #goOnAir(): TemplateResult {
    const elsewhere = this.#elsewhere;
    const [title, hint]: readonly [Key, Key] = elsewhere
      ? ["console.elsewhere", "console.elsewhere_hint"]
      : this.studio.moved
        ? ["console.moved", "console.moved_hint"]
        : ["console.not_sending", "console.not_sending_hint"];
    return html`<div class="picture words">
      ${icon("cam", "l")}
      <p class="song">${t(title)}</p>
      <p class="sub2">${t(hint)}</p>
      <button class="btn ${elsewhere ? "on-stage" : "pri"}" type="button" data-go @click=${() => this.#fire("go")}>
        ${t("console.go")}
      </button>
      <button class="btn on-stage" type="button" data-obs @click=${() => this.#fire("obs")}>
        ${t("obs.title")}
      </button>
    </div>`;
  }

  #own(kind: "main" | "tile"): TemplateResult {
    const { studio, room } = this;
    return html`<lc-picture
      kind=${kind}
      data-stream="camera"
      .media=${studio.preview}
      .person=${room.me}
      .moving=${studio.preview !== null}
      .muted=${!studio.mic}
      .mirror=${true}
      caption=${t("console.your_picture")}
    ></lc-picture>`;
  }

  #self(): TemplateResult | typeof nothing {
    return this.studio.sharing && this.studio.on ? this.#own("tile") : nothing;
  }

  #notes(): TemplateResult {
    const { studio } = this;
    const { audioProblem: audio, videoProblem: video } = studio;
    return html`${slideNotes(this.show)}${
      audio || video
        ? html`<div class="stage-note" role="status">
            ${icon("alert")}
            <p>
              ${audio ? html`<b>${t("device.mic")}</b> ${t(PROBLEMS[audio])}` : nothing}
              ${video ? html`<b>${t("device.cam")}</b> ${t(PROBLEMS[video])}` : nothing}
            </p>
            <a class="btn on-stage" href=${this.check}>${t("console.check")}</a>
          </div>`
        : nothing
    }
      ${
        studio.sharedBefore && studio.on && !studio.sharing
          ? html`<div class="stage-note" role="status">
            ${icon("screen")}
            <p>${t("console.share_again")}</p>
            <button class="btn on-stage" type="button" @click=${() => this.#fire("share")}>
              ${t("ctl.share")}
            </button>
          </div>`
          : nothing
      }
      ${studio.on && studio.camera.phase !== "live" ? this.#sending() : nothing}`;
  }

  #sending(): TemplateResult {
    const { phase, reason } = this.studio.camera;
    if (phase === "refused") {
      return html`<div class="stage-note" role="alert">
        ${icon("x")}
        <p>${t("console.refused", { code: reason })}</p>
        <button class="btn on-stage" type="button" @click=${() => this.#fire("go")}>
          ${t("link.retry")}
        </button>
      </div>`;
    }
    return html`<div class="stage-note" role="status">
      <span class="spin" aria-hidden="true"></span>
      <p>${t(phase === "waiting" ? "console.sending_again" : "console.sending")}</p>
    </div>`;
  }

  #counters(): TemplateResult {
    const { room } = this;
    const { online, expected } = room.presence;
    const open = room.polls.find((poll) => poll.phase === "open");
    const waiting = room.questions.filter((one) => one.phase === "waiting").length;
    return html`<dl class="counters">
      <div data-counter="online">
        <dt>${t("count.online")}</dt>
        <dd>${online}<small> / ${expected}</small></dd>
      </div>
      <div data-counter="voted">
        <dt>${t("count.voted")}</dt>
        <dd>${open ? html`${open.voters}<small> / ${Math.max(online, open.voters)}</small>` : "–"}</dd>
      </div>
      <div data-counter="hands">
        <dt>${t("count.hands")}</dt>
        <dd>${this.handsTotal}</dd>
      </div>
      <div data-counter="questions">
        <dt>${t("count.questions")}</dt>
        <dd>${waiting}</dd>
      </div>
    </dl>`;
  }

  #fire(name: "go" | "share" | "obs"): void {
    this.dispatchEvent(new CustomEvent(name));
  }
}

customElements.define("lc-console", ConsoleStage);
