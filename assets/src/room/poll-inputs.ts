/** What one votes with, by kind of poll: choices, a scale, places, words, a text. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { POLL_TEXT_CHARS, POLL_WORD_CHARS, type PollOption, type PollState } from "../protocol.gen";
import { icon } from "../ui/part";
import { type Ballot, moved, pick } from "./ballot";

export interface Voting {
  readonly poll: PollState;
  readonly ballot: Ballot;
  readonly waiting: boolean;
  readonly change: (ballot: Ballot) => void;
}

export function optionText(poll: PollState, option: PollOption): string {
  if (poll.kind !== "truefalse") return option.text;
  return t(option.text === "true" ? "poll.true" : "poll.false");
}

export function inputs(voting: Voting): TemplateResult {
  switch (voting.poll.kind) {
    case "ranking":
      return ranking(voting);
    case "words":
    case "text":
      return writing(voting);
    default:
      return choices(voting);
  }
}

function choices({ poll, ballot, waiting, change }: Voting): TemplateResult {
  const several = poll.most > 1;
  return html`<div
      class="choices ${poll.kind === "rating" ? "rating" : ""}"
      role=${several ? "group" : "radiogroup"}
      aria-labelledby="pq-${poll.id}"
    >
      ${poll.options.map(
        (option) => html`<label class="choice">
          <input
            type=${several ? "checkbox" : "radio"}
            name="poll-${poll.id}"
            .checked=${ballot.picked.includes(option.id)}
            ?disabled=${waiting}
            @change=${(event: Event) =>
              change(pick(poll, ballot, option.id, (event.target as HTMLInputElement).checked))}
          /><span>${optionText(poll, option)}</span>
        </label>`,
      )}
    </div>
    ${poll.kind === "rating" ? html`<p class="hint ends"><span>${t("poll.low")}</span><span>${t("poll.high")}</span></p>` : nothing}`;
}

/** Places by buttons and arrow keys; the focus goes with what is moved. */
function ranking({ poll, ballot, waiting, change }: Voting): TemplateResult {
  const texts = new Map(poll.options.map((one) => [one.id, one.text]));
  const move = (event: Event, from: number, by: number): void => {
    event.preventDefault();
    const row = (event.currentTarget as HTMLElement).closest<HTMLElement>(".ranked");
    const list = row?.parentElement;
    const which = (event.target as HTMLElement).closest("button")?.dataset["by"];
    change(moved(ballot, from, by));
    const to = Math.min(Math.max(from + by, 0), ballot.picked.length - 1);
    setTimeout(() => {
      const now = list?.querySelectorAll<HTMLElement>(".ranked")[to];
      const same = now?.querySelector<HTMLElement>(`[data-by="${which}"]:not(:disabled)`);
      (same ?? now?.querySelector<HTMLElement>("button:not(:disabled)"))?.focus();
    });
  };
  const button = (at: number, by: 1 | -1, text: string): TemplateResult => html`<button
    class="ibtn"
    type="button"
    data-by=${by}
    ?disabled=${waiting || (by < 0 ? at === 0 : at === ballot.picked.length - 1)}
    aria-label=${t(by < 0 ? "poll.up" : "poll.down", { option: text, n: at + 1 + by })}
    @click=${(event: Event) => move(event, at, by)}
  >
    ${icon(by < 0 ? "up" : "down", "s")}
  </button>`;
  return html`<p class="hint">${t("poll.rank_hint")}</p>
    <ol class="choices" aria-labelledby="pq-${poll.id}">
      ${ballot.picked.map((id, at) => {
        const text = texts.get(id) ?? "";
        return html`<li
          class="choice ranked"
          @keydown=${(event: KeyboardEvent) => {
            const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
            if (by && !waiting) move(event, at, by);
          }}
        >
          <b class="num">${at + 1}</b><span>${text}</span>
          <span class="moves">${button(at, -1, text)}${button(at, 1, text)}</span>
        </li>`;
      })}
    </ol>`;
}

function writing({ poll, ballot, waiting, change }: Voting): TemplateResult {
  const write = (at: number) => (event: Event) => {
    const written = Array.from({ length: poll.most }, (_, n) => ballot.written[n] ?? "");
    written[at] = (event.target as HTMLInputElement).value;
    change({ ...ballot, written });
  };
  if (poll.kind === "text") {
    return html`<textarea
      class="input"
      rows="3"
      aria-labelledby="pq-${poll.id}"
      maxlength=${POLL_TEXT_CHARS}
      ?disabled=${waiting}
      .value=${ballot.written[0] ?? ""}
      @input=${write(0)}
    ></textarea>`;
  }
  return html`<div class="choices" role="group" aria-labelledby="pq-${poll.id}">
    ${Array.from(
      { length: poll.most },
      (_, at) => html`<input
        class="input"
        autocomplete="off"
        aria-label=${t("poll.word_n", { n: at + 1 })}
        placeholder=${t("poll.word_n", { n: at + 1 })}
        maxlength=${POLL_WORD_CHARS}
        ?disabled=${waiting}
        .value=${ballot.written[at] ?? ""}
        @input=${write(at)}
      />`,
    )}
  </div>`;
}
