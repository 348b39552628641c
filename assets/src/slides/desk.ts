/** The lecturer's slides: what is shown, what comes next, all pages, and the pen. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { icon } from "../ui/part";
import type { Show } from "./show";
import type { Tool } from "./slide";
import "./slide";
import "./strip";

const TOOLS: readonly (readonly [Tool, string, Key])[] = [
  ["laser", "laser", "slides.laser"],
  ["pen", "pen", "slides.pen"],
  ["marker", "marker", "slides.marker"],
];
const COLOURS: readonly Key[] = ["slides.red", "slides.blue", "slides.green", "slides.yellow"];

/** The page behind the one that is shown. */
export function nextPage(show: Show): TemplateResult {
  const { pages, page, reach } = show;
  const more = page < reach;
  return html`<div class="sd-next">
    <h2>${t(more ? "slides.coming" : "slides.last")}</h2>
    ${
      more && pages
        ? html`<button class="sd-mini" type="button" data-next aria-label=${`${t("slides.next")}${t("sep.colon")}${page + 1}`} @click=${() => show.step(1)}>
            <lc-slide .pages=${pages} .page=${page + 1} .reach=${reach} .label=${t("slides.page_n", { n: page + 1 })} .small=${true}></lc-slide>
          </button>`
        : nothing
    }
  </div>`;
}

/** What the hand holds, and what may be done to the page. */
export function tools(show: Show): TemplateResult {
  const { slides } = show;
  const button = (on: boolean, name: string, glyph: string, words: Key, act: () => void) =>
    html`<button class="ibtn ${on ? "is-on" : ""}" type="button" data-tool-button=${name} aria-pressed=${on} aria-label=${t(words)} title=${t(words)} @click=${act}>
      ${icon(glyph)}
    </button>`;
  const act = (name: string, glyph: string, words: Key, off: boolean, run: () => void) =>
    html`<button class="ibtn" type="button" data-tool-button=${name} aria-label=${t(words)} title=${t(words)} ?disabled=${off} @click=${run}>
      ${icon(glyph)}
    </button>`;
  const clean = (slides?.strokes.length ?? 0) === 0;
  return html`<div class="sd-tools" role="group" aria-label=${t("slides.tools")}>
    ${TOOLS.map(([tool, glyph, words]) => button(show.tool === tool, tool, glyph, words, () => show.hold(tool)))}
    <span class="sd-colours">
      ${COLOURS.map(
        (words, n) => html`<button class="sd-colour c${n}" type="button" data-colour=${n} aria-pressed=${show.colour === n} aria-label=${t(words)} title=${t(words)} @click=${() => show.dip(n)}></button>`,
      )}
    </span>
    ${act("undo", "undo", "slides.undo", clean, () => show.undo())}
    ${act("clear", "trash", "slides.clear", clean, () => show.clear())}
    ${turns(show)}
    <span class="num push" data-place aria-live="polite">${t("slides.page_of", { a: show.page, b: slides?.pages ?? 0 })}</span>
  </div>`;
}

/** Where the bar below has no place for it. */
function turns(show: Show): TemplateResult {
  const turn = (step: number, glyph: string, words: Key, off: boolean) =>
    html`<button class="ibtn" type="button" data-turn=${step} aria-label=${t(words)} title=${t(words)} ?disabled=${off} @click=${() => show.step(step)}>
      ${icon(glyph)}
    </button>`;
  return html`<span class="sd-turns">
    ${turn(-1, "left", "slides.before", show.page <= 1)} ${turn(1, "right", "slides.next", show.page >= show.reach)}
  </span>`;
}

/** All pages, to jump. */
export function strip(show: Show): TemplateResult | typeof nothing {
  const { pages, slides } = show;
  if (!pages || !slides) return nothing;
  return html`<lc-strip
    .pages=${pages}
    .count=${slides.pages}
    .page=${show.page}
    @go=${(event: CustomEvent<number>) => show.go(event.detail)}
  ></lc-strip>`;
}

/** What is being sent, and why something was not taken. */
export function slideNotes(show: Show): TemplateResult {
  const { sending, problem } = show;
  return html`${
    sending
      ? html`<div class="stage-note" role="status" data-sending>
          <span class="spin" aria-hidden="true"></span>
          <p>${progressWords(show)}</p>
        </div>`
      : nothing
  }
  ${
    problem
      ? html`<div class="stage-note" role="alert" data-slides-problem>
          ${icon("alert")}
          <p>${problem}</p>
          <button class="btn on-stage" type="button" @click=${() => show.putAway()}>${t("act.close")}</button>
        </div>`
      : nothing
  }`;
}

export function progressWords({ sending }: Show): string {
  if (!sending) return "";
  if (sending.state !== "arriving") return t("slides.checking", { name: sending.name });
  const done = Math.floor((sending.offset / sending.size) * 100);
  return t("slides.sending", { name: sending.name, n: done });
}
