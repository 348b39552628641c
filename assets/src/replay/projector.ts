/** The slides of a replay: as vectors, with what was drawn on them until then. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { SlidesState } from "../protocol.gen";
import { slideProgram } from "../slides/load";
import type { Pages, PdfUrls } from "../slides/pages";
import "../slides/slide";

export class Projector {
  #folder = "";
  #pages: Pages | null = null;

  constructor(
    private readonly urls: PdfUrls & { readonly slides: string },
    private readonly onChange: () => void,
  ) {}

  async #open(folder: string): Promise<void> {
    this.#pages?.close();
    this.#pages = null;
    this.#folder = folder;
    const { Pages } = await slideProgram(this.urls);
    if (folder !== this.#folder) return;
    this.#pages = new Pages(this.urls, `${this.urls.slides}${folder}/slides.pdf`);
    this.onChange();
  }

  /** What was on the stage then. */
  show(slides: SlidesState | null): TemplateResult | typeof nothing {
    if (!slides) return nothing;
    if (slides.folder !== this.#folder) void this.#open(slides.folder);
    if (!this.#pages) return html`<div class="rp-slides"><span class="spin" aria-hidden="true"></span></div>`;
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
