/**
 * The slides of one visit: which page is looked at, what the hand holds, what is being sent.
 *
 * Knows no elements; the templates of `view.ts` and `desk.ts` read it and call it.
 */
import { t } from "../i18n";
import type { RoomCommand, RoomEventMessage, RoomState, SlidesState } from "../protocol.gen";
import { slideProgram } from "./load";
import type { Pages, PdfUrls } from "./pages";
import type { Deck, Lectern, Refused, Sender } from "./sender";
import type { Drawn, Tool } from "./slide";
import type { Point } from "./strokes";

/** Milliseconds between two places of the pointer: below 20 a second. */
const POINT_EVERY = 66;
const RED = 0;
const YELLOW = 3;
/** Milliseconds after which a pointer that does not move goes out. */
const POINT_LASTS = 3_000;

type Each<T> = T extends { id: string } ? Omit<T, "id"> : never;
type Act = (command: Each<Extract<RoomCommand, { type: `slides.${string}` }>>) => Promise<boolean>;

export interface ShowOptions {
  readonly urls: PdfUrls & { readonly slides: string };
  readonly csrf: string;
  /** Lecturer or assistant: turns pages for everybody. */
  readonly staff: boolean;
  readonly act: Act;
  readonly point: (x: number, y: number) => void;
  readonly onChange: () => void;
}

export class Show {
  slides: SlidesState | null = null;
  pages: Pages | null = null;
  pointer: Point | null = null;
  tool: Tool = "none";
  colour = 0;
  /** Lines that were drawn here and are not answered yet. */
  wet: readonly Drawn[] = [];
  lectern: Lectern | null = null;
  /** The file on its way. */
  sending: Deck | null = null;
  /** Why slides were not taken; stays until it is put away. */
  problem = "";
  /** Files are held over the page. */
  dropping = false;
  /** Changes with everything that is seen. */
  beat = 0;
  #deck = 0;
  #back: number | null = null;
  #older: readonly Drawn[] = [];
  #wanted: number | null = null;
  #turning = false;
  #pointed = 0;
  #out: ReturnType<typeof setTimeout> | undefined;
  #sender: Sender | null = null;

  constructor(private readonly options: ShowOptions) {}

  get staff(): boolean {
    return this.options.staff;
  }

  // ---- what the room says

  follow(room: RoomState, event: RoomEventMessage): void {
    const { slides } = room;
    if (event.type === "slides.pointed") this.#pointAt(event.x, event.y);
    if (slides === this.slides) return;
    const before = this.slides;
    this.slides = slides;
    if ((slides?.deck ?? 0) !== this.#deck) this.#change(slides);
    if (slides?.page !== before?.page) {
      this.pointer = null;
      // what she left is one of the earlier pages now, and may be drawn on later
      if (this.#back !== null && this.#back === slides?.page) this.#back = null;
    }
    this.#changed();
  }

  #change(slides: SlidesState | null): void {
    this.pages?.close();
    this.#deck = slides?.deck ?? 0;
    this.#back = this.#wanted = null;
    this.wet = [];
    this.tool = "none";
    this.pages = null;
    if (slides) void this.#open(slides.deck);
  }

  async #open(deck: number): Promise<void> {
    const { Pages } = await slideProgram(this.options.urls);
    if (deck !== this.#deck) return;
    this.pages = new Pages(this.options.urls, this.file);
    this.#changed();
  }

  async #desk(): Promise<Sender> {
    const { Sender } = await slideProgram(this.options.urls);
    this.#sender ??= new Sender(this.options.urls.slides, this.options.csrf);
    return this.#sender;
  }

  /** Where the pages are fetched. */
  get file(): string {
    return `${this.options.urls.slides}${this.slides?.folder ?? ""}/slides.pdf`;
  }

  // ---- pages

  /** The page that is seen here. */
  get page(): number {
    return this.#back ?? this.#wanted ?? this.slides?.page ?? 1;
  }

  /** The last page that may be seen here. */
  get reach(): number {
    const { slides } = this;
    if (!slides) return 0;
    return this.staff || slides.downloads ? slides.pages : slides.reached;
  }

  /** Whether another page than the lecturer's is seen. */
  get away(): boolean {
    return this.#back !== null;
  }

  get strokes(): readonly Drawn[] {
    if (this.#back !== null) return this.#older;
    if (this.#wanted !== null && this.#wanted !== this.slides?.page) return [];
    return [...(this.slides?.strokes ?? []), ...this.wet];
  }

  /** `step` pages on: for everybody, or for a member's own eyes. */
  step(step: number): void {
    this.go(this.page + step);
  }

  go(page: number): void {
    const { slides } = this;
    if (!slides || page < 1 || page > this.reach) return;
    if (this.staff) void this.#turn(page);
    else this.#look(page, slides);
  }

  toLive(): void {
    this.#back = null;
    this.#changed();
  }

  #look(page: number, slides: SlidesState): void {
    this.#back = page === slides.page ? null : page;
    this.#older = [];
    this.#changed();
    if (this.#back !== null) void this.#fetchOlder(page, slides);
  }

  async #fetchOlder(page: number, slides: SlidesState): Promise<void> {
    try {
      const answer = await fetch(`${this.options.urls.slides}${slides.folder}/${page}.json`);
      const drawn = (answer.ok ? await answer.json() : []) as readonly Drawn[];
      if (this.#back !== page || this.slides?.deck !== slides.deck) return;
      this.#older = drawn;
      this.#changed();
    } catch {
      // the line is cut: the page is seen without what was drawn
    }
  }

  /** Shown here at once; the newest wish is sent when the one before was answered. */
  async #turn(page: number): Promise<void> {
    this.#wanted = page;
    this.#changed();
    if (this.#turning) return;
    this.#turning = true;
    while (this.#wanted !== null && this.slides && this.#wanted !== this.slides.page) {
      const [deck, wanted]: [number, number] = [this.slides.deck, this.#wanted];
      if (!(await this.options.act({ type: "slides.turn", deck, page: wanted }))) break;
      if (this.#wanted === wanted) break;
    }
    this.#turning = false;
    this.#wanted = null;
    this.#changed();
  }

  // ---- the hand

  hold(tool: Tool): void {
    this.tool = this.tool === tool ? "none" : tool;
    // a yellow highlighter and a red pen, unless she chose otherwise
    if (this.tool === "marker" && this.colour === RED) this.colour = YELLOW;
    if (this.tool === "pen" && this.colour === YELLOW) this.colour = RED;
    if (this.tool !== "laser") this.options.point(-1, -1);
    this.#changed();
  }

  dip(colour: number): void {
    this.colour = colour;
    if (this.tool !== "pen" && this.tool !== "marker") this.tool = "pen";
    this.#changed();
  }

  async stroke(hand: readonly Point[]): Promise<void> {
    const { slides, tool, colour } = this;
    if (!slides || (tool !== "pen" && tool !== "marker")) return;
    const { simplified } = await slideProgram(this.options.urls);
    const drawn = { tool, colour, points: simplified(hand) };
    this.wet = [...this.wet, drawn];
    this.#changed();
    await this.options.act({ type: "slides.draw", deck: slides.deck, page: this.page, ...drawn });
    this.wet = this.wet.filter((one) => one !== drawn);
    this.#changed();
  }

  undo(): void {
    if (this.slides) void this.options.act({ type: "slides.undo", deck: this.#deck, page: this.page });
  }

  clear(): void {
    if (this.slides) void this.options.act({ type: "slides.clear", deck: this.#deck, page: this.page });
  }

  /** The own laser; seen here by the cursor. */
  aim({ x, y }: Point): void {
    const now = performance.now();
    if (x >= 0 && now - this.#pointed < POINT_EVERY) return;
    this.#pointed = now;
    this.options.point(x, y);
  }

  #pointAt(x: number, y: number): void {
    const on = x >= 0 && x <= 1 && y >= 0 && y <= 1;
    this.pointer = on ? { x, y } : null;
    clearTimeout(this.#out);
    if (on) {
      this.#out = setTimeout(() => {
        this.pointer = null;
        this.#changed();
      }, POINT_LASTS);
    }
    this.#changed();
  }

  // ---- files

  show(deck: number): void {
    void this.options.act({ type: "slides.show", deck });
  }

  hide(): void {
    void this.options.act({ type: "slides.hide" });
  }

  permit(downloads: boolean): void {
    if (this.slides) void this.options.act({ type: "slides.permit", deck: this.#deck, downloads });
  }

  async refresh(): Promise<void> {
    try {
      this.lectern = await (await this.#desk()).list();
    } catch {
      // the line is cut: what was known stays
    }
    this.#changed();
  }

  async drop(deck: Deck): Promise<void> {
    await this.#tried(async () => (await this.#desk()).drop(deck));
    await this.refresh();
  }

  hover(over: boolean): void {
    if (this.dropping === over) return;
    this.dropping = over;
    this.#changed();
  }

  /** Send a file and put it on the stage. */
  async send(file: File): Promise<void> {
    if (this.sending) return;
    this.problem = "";
    await this.#tried(async () => {
      const sender = await this.#desk();
      const { part } = (this.lectern ??= await sender.list());
      const ready = await sender.send(file, part, (deck) => {
        this.sending = deck;
        this.#changed();
      });
      this.show(ready.deck);
    });
    this.sending = null;
    await this.refresh();
  }

  putAway(): void {
    this.problem = "";
    this.#changed();
  }

  async #tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem = "";
    } catch (reason) {
      this.problem = ("code" in (reason as Refused) && (reason as Refused).message) || t("slides.not_sent");
    }
    this.#changed();
  }

  #changed(): void {
    this.beat += 1;
    this.options.onChange();
  }
}
