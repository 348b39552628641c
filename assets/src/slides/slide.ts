/** One page with what is drawn on it; the lecturer's hand is heard when it holds something. */
import { html, nothing, type PropertyValues, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import type { RenderTask } from "pdfjs-dist";

import { t } from "../i18n";
import { STROKE_EDGE, type StrokeState } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import type { Pages } from "./pages";
import { path, type Point } from "./strokes";

export type Tool = "none" | "laser" | "pen" | "marker";
export type Drawn = Pick<StrokeState, "tool" | "colour" | "points">;

export class Slide extends Part {
  static override properties = {
    pages: { attribute: false },
    page: { type: Number },
    reach: { type: Number },
    label: { type: String },
    strokes: { attribute: false },
    pointer: { attribute: false },
    tool: { type: String },
    colour: { type: Number },
    small: { type: Boolean },
    failed: { state: true },
    ratio: { state: true },
  };

  declare pages: Pages;
  declare page: number;
  /** The last page that may be fetched. */
  declare reach: number;
  declare label: string;
  declare strokes: readonly Drawn[];
  declare pointer: Point | null;
  declare tool: Tool;
  declare colour: number;
  /** A preview: no words, no strokes of a hand. */
  declare small: boolean;
  declare failed: boolean;
  /** Height by width of the page that is drawn; 0 before. */
  declare ratio: number;
  #hand: Point[] | null = null;
  #text = "";
  #task: RenderTask | null = null;
  #turn = 0;
  #watch: ResizeObserver | null = null;
  #room = "";

  constructor() {
    super();
    this.strokes = [];
    this.pointer = null;
    this.tool = "none";
    this.colour = 0;
    this.small = false;
    this.failed = false;
    this.ratio = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch = new ResizeObserver(() => this.#resized());
    if (this.parentElement) this.#watch.observe(this.parentElement);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch?.disconnect();
    this.#task?.cancel();
    this.#turn += 1;
  }

  /** The box around it decides how large it is drawn. */
  get #box(): readonly [number, number] {
    const dense = Math.min(devicePixelRatio, 2);
    const { clientWidth: wide = 0, clientHeight: tall = 0 } = this.parentElement ?? {};
    // a box that grows with what is in it bounds the width only
    const bound = this.parentElement && getComputedStyle(this.parentElement).containerType === "size";
    return [wide * dense, bound ? tall * dense : Number.POSITIVE_INFINITY];
  }

  #resized(): void {
    const now = this.#box.join();
    if (now === this.#room || !this.hasUpdated) return;
    void this.#show();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("pages") || changed.has("page")) void this.#show();
  }

  async #show(): Promise<void> {
    const turn = (this.#turn += 1);
    const [wide, tall] = this.#box;
    this.#room = [wide, tall].join();
    if (wide < 8 || tall < 8) return;
    try {
      const found = await this.pages.page(this.page, this.reach);
      const canvas = this.querySelector("canvas");
      if (turn !== this.#turn || !canvas) return;
      this.#task?.cancel();
      // drawn beside and then put in its place: a page never goes blank before the next is there
      const next = document.createElement("canvas");
      this.#task = this.pages.draw(found, next, wide, tall);
      await this.#task.promise;
      if (turn !== this.#turn) return;
      [canvas.width, canvas.height] = [next.width, next.height];
      canvas.getContext("2d")?.drawImage(next, 0, 0);
      this.ratio = next.height / next.width;
      this.failed = false;
      this.dataset["drawn"] = String(this.page);
      if (!this.small) this.#text = await this.pages.words(found);
      this.requestUpdate();
    } catch (reason) {
      if ((reason as Error).name !== "RenderingCancelledException" && turn === this.#turn) {
        this.failed = true;
      }
    }
  }

  // ---- the hand

  #at(event: PointerEvent): Point {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  readonly #down = (event: PointerEvent): void => {
    if (event.button !== 0 || (this.tool !== "pen" && this.tool !== "marker")) return;
    event.preventDefault();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#hand = [this.#at(event)];
    this.requestUpdate();
  };

  readonly #move = (event: PointerEvent): void => {
    if (this.tool === "laser") this.#fire("point", this.#at(event));
    if (!this.#hand) return;
    this.#hand.push(this.#at(event));
    this.requestUpdate();
  };

  readonly #up = (): void => {
    const hand = this.#hand;
    this.#hand = null;
    if (hand) this.#fire("stroke", hand);
  };

  readonly #leave = (): void => {
    if (this.tool === "laser") this.#fire("point", { x: -1, y: -1 });
  };

  #fire(name: "point" | "stroke", detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  // ---- what is seen

  protected override render(): TemplateResult {
    const { ratio } = this;
    return html`<div class="sd-page ${this.small ? "small" : ""}" data-tool=${this.tool}>
      <canvas role="img" aria-label=${this.label}></canvas>
      ${this.failed ? html`<p class="sd-words" role="alert">${icon("alert", "s")}${t("slides.failed")}
            <button class="btn on-stage" type="button" @click=${() => void this.#show()}>${t("link.retry")}</button></p>` : nothing}
      ${ratio === 0 && !this.failed ? html`<p class="sd-words" role="status"><span class="spin" aria-hidden="true"></span></p>` : nothing}
      ${ratio > 0 && !this.small ? this.#layer(ratio) : nothing}
      ${this.small ? nothing : html`<p class="vh" data-slide-text>${this.#text}</p>`}
    </div>`;
  }

  #layer(ratio: number): TemplateResult {
    const hand = this.#hand?.flatMap(({ x, y }) => [x * STROKE_EDGE, y * STROKE_EDGE]);
    const { tool, colour } = this;
    const high = STROKE_EDGE * ratio;
    return html`<svg
      class="sd-ink"
      viewBox="0 0 ${STROKE_EDGE} ${high}"
      aria-hidden="true"
      @pointerdown=${this.#down}
      @pointermove=${this.#move}
      @pointerup=${this.#up}
      @pointercancel=${this.#up}
      @pointerleave=${this.#leave}
    >
      ${this.strokes.map((one) => line(one.tool, one.colour, path(one.points, ratio)))}
      ${hand ? line(tool === "marker" ? "marker" : "pen", colour, path(hand, ratio)) : nothing}
      ${
        this.pointer
          ? svg`<circle class="sd-laser" cx=${this.pointer.x * STROKE_EDGE} cy=${this.pointer.y * high} r="85"></circle>`
          : nothing
      }
    </svg>`;
  }
}

function line(tool: "pen" | "marker", colour: number, d: string): SVGTemplateResult {
  return svg`<path class="sd-${tool} c${colour}" d=${d}></path>`;
}

customElements.define("lc-slide", Slide);
