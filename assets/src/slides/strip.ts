/** All pages of a deck in a row; only those in view are drawn. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import { Part, rove } from "../ui/part";
import type { Pages } from "./pages";
import "./slide";

export class Strip extends Part {
  static override properties = {
    pages: { attribute: false },
    count: { type: Number },
    page: { type: Number },
    seen: { state: true },
  };

  declare pages: Pages;
  declare count: number;
  declare page: number;
  /** Pages whose place is in view. */
  declare seen: ReadonlySet<number>;
  #watch: IntersectionObserver | null = null;

  constructor() {
    super();
    this.seen = new Set();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch?.disconnect();
    this.#watch = null;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const list = this.querySelector("ul");
    if (!list) return;
    if (!this.#watch || changed.has("count")) {
      this.#watch?.disconnect();
      this.#watch = new IntersectionObserver((found) => this.#look(found), { root: list });
      for (const one of list.querySelectorAll("button")) this.#watch.observe(one);
    }
    if (changed.has("page") || changed.has("count")) this.#center(list);
  }

  #look(found: readonly IntersectionObserverEntry[]): void {
    const seen = new Set(this.seen);
    for (const { target, isIntersecting } of found) {
      const page = Number((target as HTMLElement).dataset["thumb"]);
      if (isIntersecting) seen.add(page);
      else seen.delete(page);
    }
    this.seen = seen;
  }

  #center(list: Element): void {
    const now = list.querySelector<HTMLElement>(`[data-thumb="${this.page}"]`);
    if (!now) return;
    list.scrollLeft = now.offsetLeft - (list as HTMLElement).offsetLeft - (list.clientWidth - now.offsetWidth) / 2;
  }

  protected override render(): TemplateResult {
    const all = Array.from({ length: this.count }, (_, i) => i + 1);
    return html`<ul class="sd-strip" aria-label=${t("slides.all")} @keydown=${(event: KeyboardEvent) => rove(event, "button")}>
      ${all.map((n) => {
        const on = n === this.page;
        return html`<li>
          <button
            type="button"
            data-thumb=${n}
            aria-label=${t("slides.page_n", { n })}
            aria-current=${on ? "page" : nothing}
            tabindex=${on ? 0 : -1}
            @click=${() => this.dispatchEvent(new CustomEvent("go", { detail: n }))}
          >
            <span class="sd-thumb" aria-hidden="true">${
              this.seen.has(n)
                ? html`<lc-slide .pages=${this.pages} .page=${n} .reach=${this.count} .small=${true}></lc-slide>`
                : nothing
            }</span>
            <span class="num" aria-hidden="true">${n}</span>
          </button>
        </li>`;
      })}
    </ul>`;
  }
}

customElements.define("lc-strip", Strip);
