/** A poll of the class that is asked again: beside the picture, to be answered or passed over. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { PollState } from "../protocol.gen";
import { type Ballot, complete, isWritten, said, stored } from "../room/ballot";
import { inputs } from "../room/poll-inputs";
import { icon, Part } from "../ui/part";

/** What came of sending: `words` say why it was refused; empty: nobody answered. */
export type Sent = { readonly ok: true } | { readonly ok: false; readonly words: string };

export class AskCard extends Part {
  static override properties = {
    poll: { attribute: false },
    send: { attribute: false },
    ballot: { state: true },
    missing: { state: true },
    sending: { state: true },
    trouble: { state: true },
  };

  declare poll: PollState;
  declare send: (poll: number, id: string, options: readonly number[], answers: readonly string[]) => Promise<Sent>;
  declare ballot: Ballot;
  declare missing: boolean;
  declare sending: boolean;
  /** Why it was not taken; empty: it was not refused. */
  declare trouble: string;
  /** The same answer has the same name, however often it is sent. */
  #id = "";

  constructor() {
    super();
    this.ballot = { picked: [], written: [] };
    this.missing = false;
    this.sending = false;
    this.trouble = "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const old = changed.get("poll") as PollState | undefined;
    if (!changed.has("poll") || old?.id === this.poll.id) return;
    this.ballot = stored(this.poll);
    this.missing = false;
    this.trouble = "";
    this.#id = crypto.randomUUID();
  }

  protected override render(): TemplateResult {
    const { poll } = this;
    return html`<form class="poll open rp-ask" aria-labelledby="pq-${poll.id}" data-ask=${poll.id} @submit=${this.#submit}>
      <p class="top-line">
        <span class="chip acc">${icon("poll")}${t("replay.asked")}</span>
        <span>${t(`poll.kind_${poll.kind}`)}</span>
      </p>
      <h2 id="pq-${poll.id}" class="pq" tabindex="-1">${poll.question}</h2>
      <p class="hint">${t(poll.anonymous ? "replay.ask_anonymous" : "replay.ask_hint")}${this.#bounds()}</p>
      ${inputs({ poll, ballot: this.ballot, waiting: this.sending, change: (next) => this.#change(next) })}
      ${this.#problem()}
      <div class="bar">
        <button class="btn pri" type="submit" aria-busy=${this.sending} aria-disabled=${this.sending ? "true" : nothing}>
          ${t(this.sending ? "poll.submitting" : "poll.submit")}
        </button>
        <button class="btn quiet" type="button" data-skip-poll @click=${this.#skip}>${t("replay.ask_skip")}</button>
      </div>
    </form>`;
  }

  #bounds(): string {
    const { kind, least, most } = this.poll;
    return kind === "multiple" ? `${t("sep.dot")}${t("poll.bounds", { a: least, b: most })}` : "";
  }

  #problem(): TemplateResult | typeof nothing {
    const words = this.missing ? this.#lack() : this.trouble;
    if (words === "") return nothing;
    return html`<p class="err-text" role="alert">${icon("bang", "s")}${words}</p>`;
  }

  #lack(): string {
    const { poll, ballot } = this;
    if (isWritten(poll)) return t("poll.write_first");
    if (ballot.picked.length === 0) return t("poll.pick");
    return t("poll.pick_between", { a: poll.least, b: poll.most });
  }

  #change(next: Ballot): void {
    this.ballot = next;
    this.missing = false;
    // Something else is said now: it is another answer.
    this.#id = crypto.randomUUID();
  }

  readonly #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { poll, ballot } = this;
    if (this.sending) return;
    this.missing = !complete(poll, ballot);
    if (this.missing) {
      this.querySelector<HTMLElement>(".choice input, .input")?.focus();
      return;
    }
    this.sending = true;
    this.trouble = "";
    const written = isWritten(poll);
    const sent = await this.send(poll.id, this.#id, written ? [] : ballot.picked, written ? said(ballot) : []);
    this.sending = false;
    if (!sent.ok) this.trouble = sent.words || t("replay.ask_trouble");
  };

  #skip(): void {
    this.dispatchEvent(new CustomEvent("skip-poll", { bubbles: true, detail: this.poll.id }));
  }
}

customElements.define("lc-replay-ask", AskCard);
