/** Rows above the stage about presence: a break, a check to be answered, being counted elsewhere. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { CheckState, RoomState } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { clockTime } from "../ui/time";
import { breakNow, countedElsewhere } from "./attendance";
import type { Visit } from "./visit";

/** Seconds for which one reads that a check was missed. */
const TOLD = 90;

/** The rows of a visit; nothing when there is nothing to say. */
export function presenceRows(visit: Visit): TemplateResult | typeof nothing {
  const { room, classroom, staff } = visit;
  if (room?.phase !== "live") return nothing;
  const now = classroom.now();
  return html`${breakRow(room, now)} ${staff ? tally(room, now) : own(visit, room, now)}`;
}

function breakRow(room: RoomState, now: number): TemplateResult | typeof nothing {
  const rest = breakNow(room, now);
  if (!rest) return nothing;
  return html`<div class="banner" role="status" data-break>
    ${icon("pause")}
    <p>
      <b>${t("break.until", { time: clockTime(rest.until) })}</b>
      <span>${t("break.left", { n: Math.ceil((rest.until - now) / 60) })} · ${t("break.rule")}</span>
    </p>
  </div>`;
}

/** Numbers only: nobody is named where others may look on. */
function tally({ check }: RoomState, now: number): TemplateResult | typeof nothing {
  if (!check?.open) return nothing;
  return html`<div class="banner" role="status" data-check-tally>
    ${icon("check")}
    <p>
      <b>${t("check.got", { a: check.answered, b: check.asked })}</b>
      <span>${t("check.left", { n: left(check, now) })}</span>
    </p>
  </div>`;
}

function own(visit: Visit, room: RoomState, now: number): TemplateResult {
  const { check } = room;
  return html`${
    countedElsewhere(room)
      ? html`<div class="banner" role="status" data-elsewhere>
        ${icon("alert")}
        <p><b>${t("elsewhere.now")}</b></p>
        <button
          class="btn on-stage"
          type="button"
          @click=${() => void visit.classroom.act({ type: "presence.here" })}
        >
          ${t("elsewhere.here")}
        </button>
      </div>`
      : nothing
  }
  ${
    check?.open && check.deadline > now
      ? html`<lc-presence-check
        .check=${check}
        .left=${left(check, now)}
        .waiting=${visit.classroom.pending.some((one) => one.type === "check.answer")}
        @answer-check=${({ detail }: CustomEvent<number | null>) => reply(visit, check, detail)}
      ></lc-presence-check>`
      : missed(room, now)
  }`;
}

function left(check: CheckState, now: number): number {
  const whole = check.deadline - check.opened_at;
  return Math.max(0, Math.ceil(Math.min(check.deadline - now, whole)));
}

/** For a while after it: what to make up. */
function missed({ check, lost }: RoomState, now: number): TemplateResult | typeof nothing {
  if (!check || check.open || now > check.deadline + TOLD) return nothing;
  const gap = lost.findLast(
    (one) => one.why === "check" && (one.end ?? 0) >= check.opened_at && one.start < check.deadline,
  );
  if (!gap) return nothing;
  const [from, to] = [clockTime(gap.start), clockTime(gap.end ?? now)];
  return html`<div class="banner" role="status" data-missed>
    ${icon("clock")}
    <p>${t("check.missed", { from, to })}</p>
  </div>`;
}

function reply({ classroom }: Visit, check: CheckState, choice: number | null): void {
  void classroom.act({ type: "check.answer", check: check.id, choice });
}

/** The one key: I am here. A question is answered in its row, which takes the focus. */
export function here(visit: Visit, page: HTMLElement): void {
  const check = visit.room?.check;
  if (!check?.open || check.mine || visit.staff) return;
  if (check.kind === "presence") reply(visit, check, null);
  else page.querySelector<HTMLElement>("lc-presence-check input")?.focus();
}

export class Check extends Part {
  static override properties = {
    check: { attribute: false },
    left: { type: Number },
    waiting: { type: Boolean },
    missing: { state: true },
  };

  declare check: CheckState;
  declare left: number;
  /** The answer is on its way. */
  declare waiting: boolean;
  /** Sent without a choice. */
  declare missing: boolean;

  constructor() {
    super();
    this.missing = false;
  }

  protected override render(): TemplateResult {
    const { check } = this;
    if (check.mine) {
      return html`<div class="banner" role="status" data-check="answered">
        ${icon("check")}
        <p>${t("check.answered")}</p>
      </div>`;
    }
    const rest = html`<span class="num">${t("check.left", { n: this.left })}</span>`;
    if (check.kind === "presence") {
      return html`<section class="banner" data-check="presence" aria-label=${t("check.desk")}>
        ${icon("clock")}
        <p><b>${t("check.title")}</b>${rest}</p>
        <button class="btn pri" type="button" data-here ?disabled=${this.waiting} @click=${() => this.#tell(null)}>
          ${t("check.here")} <kbd>H</kbd>
        </button>
      </section>`;
    }
    return html`<form class="banner check-q" data-check="question" aria-label=${t("check.desk")} novalidate @submit=${this.#submit}>
      <fieldset>
        <legend>${check.question}</legend>
        ${check.options.map(
          (text, place) => html`<label class="opt">
            <input type="radio" name="choice" value=${place} />
            <span>${text}</span>
          </label>`,
        )}
      </fieldset>
      <p>${rest}<span>${t("check.wrong")}</span></p>
      ${this.missing ? html`<p role="alert"><b>${t("check.pick")}</b></p>` : nothing}
      <button class="btn pri" ?disabled=${this.waiting}>${t("check.send")}</button>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const choice = new FormData(event.target as HTMLFormElement).get("choice");
    this.missing = choice === null;
    if (choice !== null) this.#tell(Number(choice));
  };

  #tell(choice: number | null): void {
    this.dispatchEvent(new CustomEvent("answer-check", { detail: choice }));
  }
}

customElements.define("lc-presence-check", Check);
