/** What is said below the player: what counts, what is missing, what has not arrived yet. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { icon } from "../ui/part";
import { length, type Range, skipped } from "./cover";
import type { LessonData } from "./data";
import type { Reporter } from "./reporter";

export function notices(now: { readonly cut: boolean; readonly fast: boolean }): TemplateResult {
  const note = (symbol: string, words: Key): TemplateResult =>
    html`<p class="bar ls-note" role="status">${icon(symbol, "s")}${t(words)}</p>`;
  return html`${now.cut ? note("wifi-off", "lesson.cut") : nothing}${
    now.fast ? note("gauge", "lesson.fast") : nothing
  }`;
}

export interface CoverOptions {
  readonly data: LessonData;
  readonly reporter: Reporter;
  readonly catching: boolean;
  /** What happens when a part is caught up on. */
  readonly words: (part: Range) => string;
  readonly catchUp: () => void;
}

export function coverBox(options: CoverOptions): TemplateResult {
  const { data, reporter } = options;
  const pages = data.kind === "document";
  const parts = skipped(reporter.seen, pages ? 1 : 10);
  const [first, missed] = [parts[0], length(parts)];
  const done = reporter.permille >= data.needs;
  const all = pages ? String(data.length) : minutes(data.length);
  const some = pages ? String(length(reporter.watched)) : minutes(length(reporter.watched));
  return html`<div class="cover-box">
    <div class="bar">
      <strong data-counted=${length(reporter.watched)}
        >${t(pages ? "lesson.pages_counted" : "lesson.counted", { a: some, b: all })}</strong
      >
      ${done ? html`<span class="chip ok">${icon("check")}${t("lesson.done")}</span>` : nothing}
      <span class="key">${t("lesson.key_counted")}</span>
      <span class="key g">${t("lesson.key_missing")}</span>
      <span class="push"></span>
      ${saved(reporter)}
    </div>
    ${
      first && !options.catching
        ? html`<div class="bar">
            <button class="btn pri" type="button" data-catch-up @click=${options.catchUp}>
              ${icon("replay", "s")}${pages ? t("lesson.read_missing", { n: missed }) : t("lesson.watch_missing", { time: minutes(missed) })}
            </button>
            <span class="hint">${options.words(first)}</span>
          </div>`
        : nothing
    }
    ${done ? nothing : html`<p class="hint">${t("lesson.needs", { n: Math.round(data.needs / 10) })}</p>`}
    <details class="ls-how">
      <summary>${t("lesson.how")}</summary>
      <p>${t(pages ? "lesson.how_pages" : "lesson.how_text", { n: data.fastest })}</p>
    </details>
  </div>`;
}

function saved(reporter: Reporter): TemplateResult {
  const waiting = reporter.waiting.length > 0;
  return html`<span class="ls-saved" data-saved=${!waiting}>
    ${icon(waiting ? "clock" : "check", "s")}${t(waiting ? "lesson.waiting" : "lesson.saved")}
  </span>`;
}

/** `14 分钟`; below two minutes seconds. */
export function minutes(ticks: number): string {
  const seconds = Math.round(ticks / 10);
  if (seconds < 120) return t("lesson.seconds", { n: seconds });
  return t("lesson.minutes", { n: Math.floor(seconds / 60) });
}
