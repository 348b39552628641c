/** A picture that comes late, as HLS: the element that plays it, with whose it is. */
import { html, type TemplateResult } from "lit";

import { t } from "../i18n";
import { icon, Part } from "../ui/part";

export class DelayedPicture extends Part {
  static override properties = {
    video: { attribute: false },
    kind: { type: String },
    caption: { type: String },
  };

  declare video: HTMLVideoElement;
  declare kind: "main" | "tile";
  declare caption: string;

  protected override render(): TemplateResult {
    return html`<figure class=${this.kind === "main" ? "picture" : "tile"} data-delayed>
      <figcaption>${icon("clock", "s")}${this.caption}</figcaption>
    </figure>`;
  }

  protected override updated(): void {
    const figure = this.querySelector("figure");
    const { video } = this;
    video.className = "pic";
    video.setAttribute("aria-label", t("stage.picture_of", { name: this.caption }));
    if (!figure || video.parentElement === figure) return;
    figure.prepend(video);
    // Moving an element may have stopped it.
    video.play().catch(() => undefined);
  }
}

customElements.define("lc-delayed", DelayedPicture);
