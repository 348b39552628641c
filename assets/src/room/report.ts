/** Reporting a line or a person to the staff: the button, and the one dialog behind it. */
import { html, type TemplateResult } from "lit";

import { t } from "../i18n";
import { type ChatLine, type Person, REPORT_CHARS, type RoomState } from "../protocol.gen";
import { icon, nameOf, Part } from "../ui/part";

export interface ReportDraft {
  readonly type: "report.send";
  readonly message: number | null;
  readonly member: number | null;
  readonly text: string;
}

interface About {
  readonly person: Person;
  readonly line: ChatLine | null;
}

/** Members report members, as the server decides. */
export function mayReport({ me, phase }: RoomState, person: Person): boolean {
  return me.role === "member" && person.role === "member" && person.id !== me.id && phase !== "ended";
}

export function reportButton(from: HTMLElement, person: Person, line: ChatLine | null = null): TemplateResult {
  const about = t("report.about", { name: nameOf(person) });
  const detail: About = { person, line };
  return html`<button class=${line ? "btn quiet" : "ibtn"} type="button" data-report title=${about}
    aria-label=${about}
    @click=${() => from.dispatchEvent(new CustomEvent("report", { bubbles: true, detail }))}>
    ${line ? t("report.act") : icon("alert", "s")}
  </button>`;
}

export class ReportDialog extends Part {
  static override properties = { about: { state: true }, done: { state: true } };
  declare about: About | null;
  declare done: boolean;
  send: (draft: ReportDraft) => Promise<boolean> = () => Promise.resolve(false);
  #room: Element | null = null;

  constructor() {
    super();
    this.about = null;
    this.done = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#room = this.closest("lc-room");
    this.#room?.addEventListener("report", this.#ask);
  }

  override disconnectedCallback(): void {
    this.#room?.removeEventListener("report", this.#ask);
    super.disconnectedCallback();
  }

  readonly #ask = (event: Event): void => {
    this.done = false;
    this.about = (event as CustomEvent<About>).detail;
  };

  protected override render(): TemplateResult {
    const { about, done } = this;
    return html`<lc-dialog
      id="ask-report"
      .open=${about !== null}
      .heading=${about ? t("report.about", { name: nameOf(about.person) }) : ""}
      .body=${about && !done ? form(about) : html`<p role="status">${done ? t("report.done") : ""}</p>`}
      .safe=${t(done ? "act.close" : "act.cancel")}
      .act=${done ? "" : t("report.send")}
      @close=${() => (this.about = null)}
      @act=${() => void this.#tell()}
    ></lc-dialog>`;
  }

  async #tell(): Promise<void> {
    if (!this.about) return;
    const { person, line } = this.about;
    const text = this.querySelector("textarea")?.value ?? "";
    const about = { message: line?.id ?? null, member: line ? null : person.id };
    this.done = await this.send({ type: "report.send", ...about, text });
    if (!this.done) this.about = null;
  }
}

function form({ line }: About): TemplateResult {
  return html`${line ? html`<blockquote class="quoted">${line.text}</blockquote>` : ""}
    <div class="field">
      <label for="report-text">${t("report.reason")}</label>
      <textarea class="input" id="report-text" rows="2" maxlength=${REPORT_CHARS}></textarea>
    </div>
    <p class="hint">${t("report.hidden")}</p>`;
}

customElements.define("lc-report", ReportDialog);
