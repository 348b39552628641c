/** What everybody sees of the slides: the page, and under it the way back to earlier ones. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { icon } from "../ui/part";
import type { Show } from "./show";
import type { Tool } from "./slide";
import type { Point } from "./strokes";
import "./slide";

export function place(show: Show): string {
  return t("slides.page_of", { a: show.page, b: show.slides?.pages ?? 0 });
}

/** The page that is looked at. */
export function slideView(show: Show, tool: Tool = "none"): TemplateResult | typeof nothing {
  if (!show.pages) return nothing;
  return html`<lc-slide
    class="sd"
    data-page=${show.page}
    .pages=${show.pages}
    .page=${show.page}
    .reach=${show.reach}
    .label=${`${t("slides.label")} ${place(show)}`}
    .strokes=${show.strokes}
    .pointer=${show.away ? null : show.pointer}
    .tool=${tool}
    .colour=${show.colour}
    @point=${(event: CustomEvent<Point>) => show.aim(event.detail)}
    @stroke=${(event: CustomEvent<readonly Point[]>) => void show.stroke(event.detail)}
  ></lc-slide>`;
}

/** Turning pages: for oneself, or as an assistant for everybody. */
export function slideNav(show: Show): TemplateResult | typeof nothing {
  const { slides, page, reach } = show;
  if (!slides) return nothing;
  const turn = (step: number, glyph: string, words: "slides.before" | "slides.next", off: boolean) =>
    html`<button
      class="ibtn"
      type="button"
      data-turn=${step}
      aria-label=${t(words)}
      title=${t(words)}
      aria-keyshortcuts=${step < 0 ? "ArrowLeft" : "ArrowRight"}
      ?disabled=${off}
      @click=${() => show.step(step)}
    >
      ${icon(glyph)}
    </button>`;
  return html`<div class="sd-nav" role="group" aria-label=${t("slides.label")}>
    ${turn(-1, "left", "slides.before", page <= 1)}
    <span class="num" aria-live="polite">${place(show)}</span>
    ${turn(1, "right", "slides.next", page >= reach)}
    ${
      show.away
        ? html`<button class="btn on-stage sd-live" type="button" data-live @click=${() => show.toLive()}>
            <i class="rec" aria-hidden="true"></i>${t("slides.to_live", { n: slides.page })}
          </button>`
        : nothing
    }
    ${
      slides.downloads && !show.staff
        ? html`<a class="ibtn" data-download href=${show.file} download=${slides.name.replace(/\.\w+$/, ".pdf")} aria-label=${t("slides.download")} title=${t("slides.download")}>${icon("down")}</a>`
        : nothing
    }
  </div>`;
}
