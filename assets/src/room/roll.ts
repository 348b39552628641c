/** The staff's attendance list: present, away, not yet, with reasons instead of reproach. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { pageData, type RoomData } from "../page";
import { icon, Part } from "../ui/part";
import { clockTime } from "../ui/time";

/** Milliseconds between two looks. */
const EVERY = 10_000;

type Group = "here" | "away" | "not_yet" | "excused";

interface Somebody {
  readonly id: number;
  readonly name: string;
  readonly unit: string;
  readonly group: Group;
  /** In words; empty when none is known. */
  readonly reason: string;
  readonly left_at: number | null;
}

interface Roll {
  readonly counts: Readonly<Record<Group, number>>;
  readonly people: readonly Somebody[];
}

const TABS: readonly (readonly [Group, Key])[] = [
  ["not_yet", "roll.not_yet_n"],
  ["away", "roll.away_n"],
  ["excused", "roll.excused_n"],
  ["here", "roll.here_n"],
];

export class RollList extends Part {
  static override properties = {
    roll: { state: true },
    group: { state: true },
    failed: { state: true },
  };

  declare roll: Roll | null;
  declare group: Group;
  declare failed: boolean;
  readonly #url = pageData<RoomData>("room-data").urls;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.roll = null;
    this.group = "not_yet";
    this.failed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
    this.#timer = setInterval(() => void this.#look(), EVERY);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const answer = await fetch(this.#url.roll, { headers: { accept: "application/json" } });
      this.failed = !answer.ok;
      if (answer.ok) this.roll = (await answer.json()) as Roll;
    } catch {
      this.failed = true;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { roll } = this;
    const failed = this.failed ? html`<p class="hint" role="status">${t("roll.failed")}</p>` : nothing;
    if (!roll) return html`${failed}`;
    const shown = roll.people.filter((one) => one.group === this.group);
    return html`<section class="roll flow-s" aria-labelledby="roll-h">
      <h3 id="roll-h">${t("roll.title")}</h3>
      <div class="bar" role="group" aria-label=${t("roll.which")}>
        ${TABS.map(
          ([group, words]) => html`<button
            class="chip"
            type="button"
            data-group=${group}
            aria-pressed=${group === this.group}
            @click=${() => (this.group = group)}
          >
            ${t(words, { n: roll.counts[group] })}
          </button>`,
        )}
      </div>
      ${failed}
      ${
        shown.length === 0
          ? html`<p class="hint">${t("roll.none")}</p>`
          : html`<ul class="rows people">
            ${shown.map((one) => this.#row(one))}
          </ul>`
      }
      ${
        this.#url.absences
          ? html`<a class="link tap" href=${this.#url.absences} target="_blank">${t("roll.absence")}</a>`
          : nothing
      }
    </section>`;
  }

  #row(one: Somebody): TemplateResult {
    const note =
      one.reason || (one.left_at === null ? "" : t("roll.left", { time: clockTime(one.left_at) }));
    return html`<li data-person=${one.id}>
      ${icon(one.group === "here" ? "check" : "clock", "s")}
      <span>${one.name}<small>${one.unit}</small></span>
      ${note ? html`<span class="chip">${note}</span>` : nothing}
    </li>`;
  }
}

customElements.define("lc-roll", RollList);
