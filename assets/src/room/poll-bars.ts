/** What came of a poll, by kind: bars, the mean of a rating, what is right, words and texts. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { PollAnswer, PollOption, PollState } from "../protocol.gen";
import { icon, line } from "../ui/part";
import { isWritten, mean, votesOf, whole } from "./ballot";
import { optionText } from "./poll-inputs";

export interface Bars {
  readonly poll: PollState;
  /** The round before, whose bars stand below these. */
  readonly before: PollState | null;
  /** Most votes first instead of as asked. */
  readonly sorted: boolean;
  /** Shows or hides a written answer; null for those who may not. */
  readonly moderate: ((answer: PollAnswer, shown: boolean) => void) | null;
}

/** Bars when they may be seen, otherwise the choices with the own one marked. */
export function bars(shown: Bars): TemplateResult {
  const { poll } = shown;
  if (isWritten(poll)) return written(shown);
  const options = shown.sorted
    ? [...poll.options].sort((a, b) => votesOf(poll, b.id) - votesOf(poll, a.id))
    : poll.options;
  const page = poll.page === null ? nothing : html`<p class="hint">${t("poll.on_page", { n: poll.page })}</p>`;
  const middle = poll.kind === "rating" ? mean(poll) : null;
  return html`${page} ${middle ? html`<p class="mean"><b class="num">${middle}</b> ${t("poll.mean", { n: poll.options.length })}</p>` : nothing}
    ${poll.counts && poll.kind === "ranking" ? html`<p class="hint">${t("poll.points_hint")}</p>` : nothing}
    <div class="results ${poll.options.length > 12 ? "many" : ""}" tabindex=${poll.options.length > 12 ? 0 : nothing}>
      ${options.map((option) => bar(shown, option))}
    </div>
    ${poll.explanation ? html`<p class="why">${poll.explanation}</p>` : nothing}`;
}

function bar({ poll, before }: Bars, option: PollOption): TemplateResult {
  const mine = poll.mine.includes(option.id);
  const right = poll.correct.includes(option.id);
  const text = optionText(poll, option);
  const place = poll.kind === "ranking" && mine ? `${poll.mine.indexOf(option.id) + 1}. ` : "";
  return html`<div class="result ${mine && !place ? "mine" : ""} ${right ? "right" : ""}">
    <span>${place}${text}${right ? mark("check", "poll.right") : nothing}${mine && !place ? mark(right ? "" : "check", "poll.mine") : nothing}</span>
    ${poll.counts ? length(poll, option.id, text) : nothing}
    ${poll.counts && before ? earlier(poll, before, option, text) : nothing}
  </div>`;
}

function mark(glyph: string, word: "poll.right" | "poll.mine"): TemplateResult {
  const said = html`<span class="vh">${t(word)}</span>`;
  if (word === "poll.right") return html` <span class="chip ok">${icon(glyph)}${t(word)}</span>`;
  return glyph ? html` ${icon(glyph, "s")}${said}` : html` ${said}`;
}

function length(poll: PollState, option: number, text: string): TemplateResult {
  const votes = votesOf(poll, option);
  const all = whole(poll);
  const label = t(poll.kind === "ranking" ? "poll.bar_points" : "poll.bar", { option: text, n: votes });
  const share = poll.kind === "ranking" ? "" : ` · ${Math.floor((votes * 100) / all)}%`;
  return html`<span class="num">${votes}${share}</span>
    ${line(all, [{ kind: "me", start: 0, length: votes }], label, "thin")}`;
}

/** The same option in the round before; options are matched by their place. */
function earlier(poll: PollState, before: PollState, option: PollOption, text: string): TemplateResult {
  const same = before.options[poll.options.indexOf(option)];
  const votes = same ? votesOf(before, same.id) : 0;
  const label = t("poll.bar_before", { option: text, n: votes, round: before.round });
  return html`<small class="num">${t("poll.round_n", { n: before.round })}</small>
    <small class="num">${votes} · ${Math.floor((votes * 100) / whole(before))}%</small>
    ${line(whole(before), [{ kind: "c", start: 0, length: votes }], label, "thin")}`;
}

function written({ poll, moderate }: Bars): TemplateResult {
  const { answers } = poll;
  const mine = poll.my_answers.length > 0
    ? html`<p class="hint">${t("poll.you_wrote", { text: poll.my_answers.join(t("sep.list")) })}</p>`
    : nothing;
  if (!answers) return html`${mine}`;
  if (answers.length === 0) return html`${mine}<p class="hint">${t("poll.nothing_written")}</p>`;
  const most = Math.max(...answers.map((one) => one.votes));
  if (poll.kind === "words" && !moderate) {
    return html`<ul class="cloud" aria-label=${t("poll.words")}>
      ${answers.map(
        (one) => html`<li class="w${Math.ceil((one.votes * 4) / most)}">${one.text}<small class="num">${one.votes}</small></li>`,
      )}
    </ul>${mine}`;
  }
  return html`<ul class="rows said">
    ${answers.map((one) => answer(poll, one, moderate))}
  </ul>${mine}`;
}

function answer(poll: PollState, one: PollAnswer, moderate: Bars["moderate"]): TemplateResult {
  const shown = one.state === "shown" || (poll.kind === "words" && one.state === "new");
  return html`<li class=${one.state === "hidden" ? "gone" : ""} data-answer=${one.id}>
    <span>${one.text}${one.votes > 1 ? html` <small class="num">× ${one.votes}</small>` : nothing}</span>
    ${
      moderate
        ? html`<button
          class="btn quiet"
          type="button"
          aria-pressed=${shown}
          aria-label=${t(shown ? "poll.hide_answer" : "poll.show_answer", { text: one.text })}
          @click=${() => moderate(one, !shown)}
        >
          ${t(shown ? "poll.hide" : "poll.show")}
        </button>`
        : nothing
    }
  </li>`;
}
