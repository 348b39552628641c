/** The bar of controls: icon over label; leaving stands apart. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { FloorMode, RoomPhase } from "../protocol.gen";
import { icon, Part, rove } from "../ui/part";

/** What the lecturer's controls need to know of what she sends. */
export interface Sends {
  readonly on: boolean;
  readonly mic: boolean;
  readonly cam: boolean;
  readonly sharing: boolean;
  /** Why the screen cannot be shared; empty when it can. */
  readonly noScreen: string;
}

export type Control =
  | "hand"
  | "ask"
  | "chat"
  | "react"
  | "audio"
  | "more"
  | "mic"
  | "cam"
  | "screen"
  | "people"
  | "slides"
  | "before"
  | "next"
  | "start"
  | "end"
  | "leave";

export class Controls extends Part {
  static override properties = {
    who: { type: String },
    phase: { type: String },
    handUp: { type: Boolean },
    floor: { type: String },
    audioOnly: { type: Boolean },
    reacting: { type: Boolean },
    sends: { attribute: false },
    tab: { type: String },
    starting: { type: Boolean },
    slides: { type: Boolean },
  };

  declare who: "host" | "assistant" | "member";
  declare phase: RoomPhase;
  declare handUp: boolean;
  /** Who of the members may speak. */
  declare floor: FloorMode;
  declare audioOnly: boolean;
  declare reacting: boolean;
  declare sends: Sends;
  declare tab: string;
  declare starting: boolean;
  /** Slides are on the stage: their pages can be turned. */
  declare slides: boolean;

  protected override render(): TemplateResult {
    return html`${
      this.reacting
        ? html`<div class="react-place"><lc-reaction-menu></lc-reaction-menu></div>`
        : nothing
    }
      <footer class="ctl-foot">
        <div
          class="ctlbar"
          id="controls"
          role="toolbar"
          aria-label=${t(this.who === "member" ? "ctl.label" : "ctl.label_staff")}
          @keydown=${(event: KeyboardEvent) => rove(event, ".ctl, .go")}
        >
          <div class="ctl-side">${this.slides && this.who === "host" ? this.#turning() : nothing}</div>
          <div class="ctl-mid">${this.who === "member" ? this.#member() : this.#staff()}</div>
          <div class="ctl-side end">${this.#end()}</div>
        </div>
      </footer>`;
  }

  #member(): TemplateResult {
    const ask = this.#button("ask", "ask", t(this.#over ? "tab.questions" : "qa.ask_short"), {
      key: "Q",
      on: this.tab === "questions",
    });
    const chat = this.#button("chat", "chat", t("tab.chat"), {
      key: "C",
      phone: true,
      on: this.tab === "chat",
    });
    const more = this.#button("more", "more", t("ctl.more"), { wide: true });
    if (this.#over) return html`${ask} ${chat} ${more}`;
    const closed = this.floor === "nobody" && !this.handUp;
    const words = this.handUp ? "hand.lower" : this.floor === "everyone" ? "floor.take" : "hand.raise";
    return html`${this.#button("hand", closed ? "mic-off" : "hand", t(closed ? "floor.closed" : words), {
      key: "R",
      pressed: this.handUp,
      lead: true,
    })}
    ${ask} ${chat}
    ${this.#button("react", "smile", t("ctl.react"), { key: "E", expanded: this.reacting })}
    ${this.#audio()} ${more}`;
  }

  /** What is sent and heard has no controls any more. */
  get #over(): boolean {
    return this.phase === "ended";
  }

  #staff(): TemplateResult {
    return html`${this.who === "host" && !this.#over ? this.#devices() : nothing}
    ${this.#over ? nothing : html`${this.#screen()} ${this.#button("slides", "slides", t("slides.label"), { key: "S", pressed: this.slides, dialog: true })}`}
    ${this.#button("people", "people", t("tab.people"), { key: "P", on: this.tab === "people" })}
    ${this.who === "assistant" && !this.#over ? this.#audio() : nothing}
    ${this.#button("more", "more", t("ctl.more"), {})}`;
  }

  #turning(): TemplateResult {
    return html`${this.#button("before", "left", t("slides.before"), { key: "ArrowLeft" })}
    ${this.#button("next", "right", t("slides.next"), { key: "ArrowRight", lead: true })}`;
  }

  #devices(): TemplateResult {
    const { mic, cam } = this.sends;
    return html`${this.#button("mic", mic ? "mic" : "mic-off", t(mic ? "ctl.mic_off" : "ctl.mic_on"), {
      key: "M",
      warn: !mic,
    })}
    ${this.#button("cam", cam ? "cam" : "cam-off", t(cam ? "ctl.cam_off" : "ctl.cam_on"), {
      key: "V",
      warn: !cam,
    })}`;
  }

  #screen(): TemplateResult {
    const { sharing, noScreen } = this.sends;
    return this.#button("screen", "screen", t(sharing ? "ctl.stop_share" : "ctl.share"), {
      key: "D",
      pressed: sharing,
      off: noScreen !== "",
      title: noScreen,
    });
  }

  #audio(): TemplateResult {
    const { audioOnly } = this;
    const label = t(audioOnly ? "ctl.picture_back" : "ctl.audio_only");
    return this.#button("audio", audioOnly ? "cam" : "ear", label, { key: "A", pressed: audioOnly });
  }

  #end(): TemplateResult {
    if (this.who !== "host" || this.phase === "ended") {
      return this.#button("leave", "leave", t("ctl.leave"), { out: true, dialog: true });
    }
    if (this.phase === "live") {
      return this.#button("end", "stop", t("class.end"), { out: true, dialog: true });
    }
    return html`<button
      class="btn pri go"
      type="button"
      data-control="start"
      aria-busy=${this.starting}
      @click=${() => this.#press("start")}
    >
      ${t(this.starting ? "class.starting" : "class.start")}
    </button>`;
  }

  #button(
    control: Control,
    glyph: string,
    label: string,
    how: {
      key?: string;
      pressed?: boolean;
      on?: boolean;
      lead?: boolean;
      out?: boolean;
      off?: boolean;
      warn?: boolean;
      dialog?: boolean;
      expanded?: boolean;
      phone?: boolean;
      wide?: boolean;
      title?: string;
    },
  ): TemplateResult {
    const classes = ["ctl"];
    if (how.pressed || how.on || how.expanded) classes.push("is-on");
    for (const name of ["lead", "out", "off", "warn", "phone", "wide"] as const) {
      if (how[name]) classes.push(name);
    }
    return html`<button
      class=${classes.join(" ")}
      type="button"
      data-control=${control}
      aria-keyshortcuts=${how.key ?? nothing}
      aria-pressed=${how.pressed ?? nothing}
      aria-expanded=${how.expanded ?? nothing}
      aria-haspopup=${how.dialog ? "dialog" : nothing}
      aria-disabled=${how.off ? "true" : nothing}
      title=${how.title || nothing}
      @click=${() => this.#press(control, how.off)}
    >
      ${icon(glyph, "l")}<span>${label}</span>
    </button>`;
  }

  #press(control: Control, off = false): void {
    if (off) return;
    this.dispatchEvent(new CustomEvent("control", { detail: control }));
  }
}

customElements.define("lc-controls", Controls);
