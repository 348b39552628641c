/** One poll as one person may see it: vote, see that the vote is stored, change it, see results. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { PollState } from "../protocol.gen";
import { icon, line, Part } from "../ui/part";

export class PollCard extends Part {
  static override properties = {
    poll: { attribute: false },
    online: { type: Number },
    docked: { type: Boolean },
    waiting: { type: Boolean },
    linked: { type: Boolean },
    staff: { type: Boolean },
    picked: { state: true },
    changing: { state: true },
    missing: { state: true },
    dismissable: { type: Boolean },
  };

  declare poll: PollState;
  declare online: number;
  /** Above the tabs, where the newest open poll is. */
  declare docked: boolean;
  /** A vote of this page is not answered yet. */
  declare waiting: boolean;
  declare linked: boolean;
  /** Sees the bars before they are published. */
  declare staff: boolean;
  declare picked: readonly number[];
  declare changing: boolean;
  /** Submitted without a choice. */
  declare missing: boolean;
  /** The result can be put away. */
  declare dismissable: boolean;

  constructor() {
    super();
    this.picked = [];
    this.changing = false;
    this.missing = false;
    this.waiting = false;
    this.docked = false;
    this.linked = true;
    this.staff = false;
    this.dismissable = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const old = changed.get("poll") as PollState | undefined;
    if (!changed.has("poll")) return;
    if (old?.id !== this.poll.id || old.mine !== this.poll.mine) {
      this.picked = this.poll.mine;
      this.changing = false;
    }
  }

  protected override render(): TemplateResult {
    const { poll } = this;
    const open = poll.phase === "open";
    const voting = open && !this.staff && (poll.mine.length === 0 || this.changing);
    return html`<form
      class="poll ${open ? "open" : ""} ${this.docked ? "dock" : ""}"
      aria-labelledby="pq-${poll.id}"
      data-poll=${poll.id}
      @submit=${this.#submit}
    >
      ${this.#head()}
      ${
        this.staff
          ? html`<h3 id="pq-${poll.id}" class="pq" tabindex="-1">${poll.question}</h3>`
          : html`<h2 id="pq-${poll.id}" class="pq" tabindex="-1">${poll.question}</h2>`
      }
      ${voting ? this.#choices() : this.#outcome()} ${voting ? this.#button() : this.#stored()}
    </form>`;
  }

  #head(): TemplateResult {
    const { poll } = this;
    const kind = t(poll.multiple ? "poll.multi" : "poll.single");
    const state =
      poll.phase === "open" ? "poll.chip" : poll.published ? "poll.results" : "poll.closed";
    return html`<div class="top-line">
      <span class="chip ${poll.phase === "open" ? "acc" : ""}">${icon("poll")}${t(state)}</span>
      <span>${kind}</span>
      <span class="push num" data-voters>
        ${t("poll.voted", { n: poll.voters, m: Math.max(this.online, poll.voters) })}
      </span>
      ${
        this.dismissable
          ? html`<button
              class="ibtn"
              type="button"
              data-dismiss
              aria-label=${t("poll.dismiss")}
              title=${t("poll.dismiss")}
              @click=${this.#dismiss}
            >
              ${icon("x", "s")}
            </button>`
          : nothing
      }
    </div>`;
  }

  #choices(): TemplateResult {
    const { poll } = this;
    const kind = poll.multiple ? "checkbox" : "radio";
    return html`<div
      class="choices"
      role=${poll.multiple ? "group" : "radiogroup"}
      aria-labelledby="pq-${poll.id}"
    >
      ${poll.options.map(
        (option) => html`<label class="choice">
          <input
            type=${kind}
            name="poll-${poll.id}"
            .checked=${this.picked.includes(option.id)}
            ?disabled=${this.waiting}
            @change=${(event: Event) => this.#pick(option.id, event)}
          /><span>${option.text}</span>
        </label>`,
      )}
    </div>`;
  }

  #button(): TemplateResult {
    const label = !this.waiting
      ? t("poll.submit")
      : this.linked
        ? t("poll.submitting")
        : t("poll.kept");
    return html`<div class="cast">
      ${
        this.missing
          ? html`<p class="err-text" role="alert">${icon("bang", "s")}${t("poll.pick")}</p>`
          : nothing
      }
      <button
        class="btn pri"
        type="submit"
        aria-busy=${this.waiting && this.linked}
        aria-disabled=${this.waiting ? "true" : nothing}
      >
        ${label}
      </button>
    </div>`;
  }

  /** Bars when they may be seen, otherwise the choices with the own one marked. */
  #outcome(): TemplateResult {
    const { poll } = this;
    const total = Math.max(poll.voters, 1);
    return html`<div class="results">
      ${poll.options.map((option) => {
        const mine = poll.mine.includes(option.id);
        const votes = poll.counts?.find((one) => one.option === option.id)?.votes ?? 0;
        const label = t("poll.bar", { option: option.text, n: votes });
        return html`<div class="result ${mine ? "mine" : ""}">
          <span>${option.text}${mine ? own() : nothing}</span>
          ${
            poll.counts
              ? html`<span class="num">${votes} · ${Math.floor((votes * 100) / total)}%</span>
                ${line(total, [{ kind: "me", start: 0, length: votes }], label, "thin")}`
              : nothing
          }
        </div>`;
      })}
    </div>`;
  }

  #stored(): TemplateResult | typeof nothing {
    const { poll } = this;
    if (this.staff || poll.mine.length === 0) return nothing;
    return html`<div class="stored" role="status">
      <span class="chip ok">${icon("check")}${t("poll.stored")}</span>
      ${
        poll.phase === "open" && poll.changeable
          ? html`<button class="btn quiet" type="button" @click=${() => (this.changing = true)}>
            ${t("poll.change")}
          </button>`
          : nothing
      }
      ${
        poll.phase === "open" && !poll.changeable
          ? html`<span class="hint">${t("poll.final")}</span>`
          : nothing
      }
    </div>`;
  }

  #dismiss(): void {
    this.dispatchEvent(new CustomEvent("dismiss", { bubbles: true, detail: this.poll.id }));
  }

  #pick(option: number, event: Event): void {
    const { checked } = event.target as HTMLInputElement;
    this.missing = false;
    if (!this.poll.multiple) this.picked = [option];
    else if (checked) this.picked = [...this.picked, option];
    else this.picked = this.picked.filter((one) => one !== option);
  }

  #submit(event: Event): void {
    event.preventDefault();
    this.missing = this.picked.length === 0;
    if (this.missing) this.querySelector<HTMLElement>(".choice input")?.focus();
    if (this.missing || this.waiting) return;
    this.dispatchEvent(
      new CustomEvent("vote", {
        bubbles: true,
        detail: { poll: this.poll.id, options: [...this.picked] },
      }),
    );
  }
}

function own(): TemplateResult {
  return html` ${icon("check", "s")}<span class="vh">${t("poll.mine")}</span>`;
}

customElements.define("lc-poll", PollCard);
