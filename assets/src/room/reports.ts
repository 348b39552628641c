/** For host and assistants: what members have reported, and what can be done about it. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { ChatLine, Person, ReportState, RoomState } from "../protocol.gen";
import { nameOf, Part, seal } from "../ui/part";
import { clockTime } from "../ui/time";
import type { DoorAct } from "./lobby";

export class Reports extends Part {
  static override properties = { room: { attribute: false } };
  declare room: RoomState;

  protected override render(): TemplateResult | typeof nothing {
    const { reports } = this.room;
    if (reports.length === 0) return nothing;
    return html`<section class="lobby-desk" aria-labelledby="reports-h">
      <h3 class="people-out" id="reports-h">${t("report.list")}</h3>
      <ul class="rows">
        ${reports.map((report) => this.#report(report))}
      </ul>
    </section>`;
  }

  #report(report: ReportState): TemplateResult {
    const name = nameOf(report.about);
    const line = this.room.chat.find((one) => one.id === report.message && !one.recalled);
    return html`<li class="report" data-report-row=${report.id}>
      <div class="bar">${seal(report.about)}<b>${name}</b><time class="hint">${clockTime(report.at)}</time></div>
      ${report.line ? html`<blockquote class="quoted">${report.line}</blockquote>` : nothing}
      ${report.text ? html`<p>${report.text}</p>` : nothing}
      <div class="bar">
        <button class="btn" type="button" data-settle aria-label=${t("report.settle_name", { name })}
          @click=${() => this.#settle(report.id)}>
          ${t("report.settle")}
        </button>
        ${
          line
            ? html`<button class="btn quiet" type="button" @click=${() => this.#recall(line)}>
              ${t("report.recall")}
            </button>`
            : nothing
        }
        <button class="btn quiet" type="button" @click=${() => this.#remove(report.about)}>
          ${t("people.remove", { name })}
        </button>
      </div>
    </li>`;
  }

  #settle(report: number): void {
    const detail: DoorAct = { type: "report.settle", report };
    this.dispatchEvent(new CustomEvent<DoorAct>("door", { bubbles: true, detail }));
  }

  #recall(line: ChatLine): void {
    const detail = { name: "recall", line };
    this.dispatchEvent(new CustomEvent("chat", { bubbles: true, detail }));
  }

  #remove(person: Person): void {
    this.dispatchEvent(new CustomEvent<Person>("remove", { bubbles: true, detail: person }));
  }
}

customElements.define("lc-reports", Reports);
