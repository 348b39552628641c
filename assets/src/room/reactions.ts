/** Reactions of the last moments, added up, beside the stage; and the row to send them from. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { REACTION_KINDS, type ReactionCount, type ReactionKind } from "../protocol.gen";
import { icon, Part } from "../ui/part";

const GLYPHS: Readonly<Record<ReactionKind, string>> = {
  clap: "clap",
  yes: "check",
  no: "x",
  thanks: "heart",
  slower: "gauge",
  unclear: "ask",
};

const WORDS: Readonly<Record<ReactionKind, Key>> = {
  clap: "react.clap",
  yes: "react.yes",
  no: "react.no",
  thanks: "react.thanks",
  slower: "react.slower",
  unclear: "react.unclear",
};

export class Reactions extends Part {
  static override properties = { bursts: { attribute: false } };
  declare bursts: readonly ReactionCount[];

  protected override render(): TemplateResult | typeof nothing {
    if (this.bursts.length === 0) return nothing;
    return html`<ul class="bursts" aria-hidden="true">
      ${this.bursts.map(
        ({ kind, count }) => html`<li>${icon(GLYPHS[kind], "s")}${t(WORDS[kind])} ${count}</li>`,
      )}
    </ul>`;
  }
}

export class ReactionMenu extends Part {
  protected override render(): TemplateResult {
    return html`<div class="react-menu" role="group" aria-label=${t("ctl.react")}>
      ${REACTION_KINDS.map(
        (kind) => html`<button class="ctl" type="button" @click=${() => this.#pick(kind)}>
          ${icon(GLYPHS[kind], "l")}<span>${t(WORDS[kind])}</span>
        </button>`,
      )}
    </div>`;
  }

  #pick(kind: ReactionKind): void {
    this.dispatchEvent(new CustomEvent("react", { bubbles: true, detail: kind }));
  }
}

/** Sums bursts and forgets each after a moment. */
export class BurstCounter {
  readonly #counts = new Map<ReactionKind, number>();

  constructor(private readonly changed: () => void) {}

  get counts(): readonly ReactionCount[] {
    return [...this.#counts].map(([kind, count]) => ({ kind, count }));
  }

  add(counts: readonly ReactionCount[]): void {
    for (const { kind, count } of counts) this.#change(kind, count);
    setTimeout(() => {
      for (const { kind, count } of counts) this.#change(kind, -count);
      this.changed();
    }, 5_000);
    this.changed();
  }

  #change(kind: ReactionKind, by: number): void {
    const count = (this.#counts.get(kind) ?? 0) + by;
    if (count > 0) this.#counts.set(kind, count);
    else this.#counts.delete(kind);
  }
}

customElements.define("lc-reactions", Reactions);
customElements.define("lc-reaction-menu", ReactionMenu);
