/** Who can read it: the line that always stands above the place to write, and what is behind it. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../ui/part";
import { w } from "./words";

export interface Readers {
  /** The other side, as one is shown it. */
  readonly name: string;
  /** One receives the letters of this thread, rather than having begun it. */
  readonly receives: boolean;
  /** Names may be hidden here. */
  readonly anonymous: boolean;
  /** When it is deleted, as a sentence. */
  readonly kept: string;
}

/** `Only Guo Jianye can read it …`, with everything else behind a summary. */
export function readers(about: Readers): TemplateResult {
  const line = w(about.receives ? "who_reads_both" : "who_reads", { name: about.name });
  return html`<div class="wholine">
    ${icon("lock", "s")}
    <div>
      <p><strong>${line}</strong>${w("who_reads_nowhere")}</p>
      <details>
        <summary class="link">${w("readers")}</summary>
        <dl>
          ${about.receives ? nothing : row(about.name, w("reader"))}
          ${row(w("readers_admin_label"), w("readers_admin"))}
          ${row(w("readers_nowhere_label"), w("readers_nowhere"))}
          ${row(w("readers_statistics_label"), w("readers_statistics"))}
          ${about.anonymous ? row(w("readers_anonymous_label"), w("readers_anonymous")) : nothing}
          ${row(w("readers_report_label"), w("readers_report"))} ${row(w("expires"), about.kept)}
        </dl>
      </details>
    </div>
  </div>`;
}

function row(name: string, text: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${text}</dd>
  </div>`;
}
