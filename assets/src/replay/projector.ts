/** The slides of a replay: as vectors, with what was drawn on them until then. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { SlidesState } from "../protocol.gen";
import { Pages, type PdfUrls } from "../slides/pages";
import "../slides/slide";

export class Projector {
  #folder = "";
  #pages: Pages | null = null;

  constructor(private readonly urls: PdfUrls & { readonly slides: string }) {}

  /** What was on the stage then. */
  show(slides: SlidesState | null): TemplateResult | typeof nothing {
    if (!slides) return nothing;
    if (slides.folder !== this.#folder || !this.#pages) {
      this.#pages?.close();
      this.#folder = slides.folder;
      this.#pages = new Pages(this.urls, `${this.urls.slides}${slides.folder}/slides.pdf`);
    }
    const place = t("slides.page_of", { a: slides.page, b: slides.pages });
    return html`<div class="rp-slides" data-page=${slides.page}>
      <lc-slide
        .pages=${this.#pages}
        .page=${slides.page}
        .reach=${slides.reached}
        .label=${`${t("slides.label")} ${place}`}
        .strokes=${slides.strokes}
      ></lc-slide>
    </div>`;
  }
}
