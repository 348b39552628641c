/** One moving picture, or the seal of whoever has none to show. */
import { html, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { Person } from "../protocol.gen";
import { icon, nameOf, Part, seal, titledName } from "../ui/part";

export class Picture extends Part {
  static override properties = {
    media: { attribute: false },
    person: { attribute: false },
    moving: { type: Boolean },
    sounding: { type: Boolean },
    muted: { type: Boolean },
    kind: { type: String },
    caption: { type: String },
    mirror: { type: Boolean },
    glyph: { type: String },
    sent: { type: Boolean },
  };

  declare media: MediaStream | null;
  declare person: Person | null;
  declare moving: boolean;
  declare sounding: boolean;
  /** The microphone is off, as far as this page knows. */
  declare muted: boolean;
  declare kind: "main" | "tile";
  /** Instead of the person's name. */
  declare caption: string;
  declare mirror: boolean;
  /** A picture of hers reaches the server: when none moves here, it is this line. */
  declare sent: boolean;
  /** In front of the name; when left out the microphone as it is known here. */
  declare glyph: string;

  constructor() {
    super();
    this.media = null;
    this.person = null;
    this.moving = false;
    this.sounding = false;
    this.muted = false;
    this.kind = "tile";
    this.caption = "";
    this.mirror = false;
    this.glyph = "";
    this.sent = false;
  }

  protected override render(): TemplateResult {
    const label = this.caption || (this.person ? titledName(this.person) : "");
    const classes = `${this.kind === "main" ? "picture" : "tile"} ${this.sounding ? "on" : ""}`;
    return html`<figure class=${classes}>
      <video
        class="pic ${this.mirror ? "mirror" : ""}"
        autoplay
        playsinline
        muted
        ?hidden=${!this.moving}
        aria-label=${t("stage.picture_of", { name: label })}
      ></video>
      ${
        this.moving || !this.person
          ? ""
          : html`<div class="no-pic">
            ${seal(this.person, this.kind === "main" ? "xl" : "")}
            ${
              this.kind === "main"
                ? html`<p class="song">${nameOf(this.person)}</p>
                  <p class="sub2">${t(this.sent ? "stage.too_slow" : "stage.camera_off")}</p>`
                : ""
            }
          </div>`
      }
      ${
        label
          ? html`<figcaption>${icon(this.glyph || (this.muted ? "mic-off" : "mic"), "s")}${label}</figcaption>`
          : ""
      }
    </figure>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("media")) return;
    const video = this.querySelector("video");
    if (!video) return;
    // The sound has its own element: a muted picture may always play.
    video.muted = true;
    video.srcObject = this.media;
    if (this.media) video.play().catch(() => undefined);
  }
}

customElements.define("lc-picture", Picture);
