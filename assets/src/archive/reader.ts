/** What the archive has read: what was found, and a place with its neighbours. Knows no DOM. */
import type { ChatLine } from "../protocol.gen";
import type { Past, Shelf, Stretch } from "./past";

/** Lines of a place at once; those farthest from where one reads on go first. */
export const MOST = 300;

interface Found extends Shelf {
  readonly before: number | null;
}

export interface Hits extends Shelf {
  readonly words: string;
  /** Where the search goes on; null when everything was searched. */
  before: number | null;
}

export interface Place extends Shelf {
  /** The line one came for. */
  readonly target: number;
  earlier: boolean;
  later: boolean;
}

export class Reader {
  hits: Hits | null = null;
  place: Place | null = null;

  constructor(private readonly past: Past) {}

  /** The lines shown, which events may change. */
  get shelves(): readonly Shelf[] {
    return [this.hits, this.place].filter((one) => one !== null);
  }

  async search(words: string): Promise<void> {
    const hits: Hits = { words, lines: [], before: null };
    await this.#find(hits, "");
    this.#put("hits", hits);
    this.#put("place", null);
  }

  /** Goes on until something is found or there is nothing left. */
  async further(): Promise<void> {
    const { hits } = this;
    if (hits?.before) await this.#find(hits, `&before=${hits.before}`);
  }

  async #find(hits: Hits, from: string): Promise<void> {
    const path = `search/?q=${encodeURIComponent(hits.words)}`;
    for (let cursor = from; ; cursor = `&before=${hits.before}`) {
      const found = await this.past.fetch<Found>(path + cursor);
      hits.lines = [...hits.lines, ...found.lines];
      hits.before = found.before;
      if (found.lines.length > 0 || found.before === null) return;
    }
  }

  async go(target: number): Promise<void> {
    const { lines, earlier, later } = await this.past.fetch<Stretch>(`?around=${target}`);
    this.#put("place", { target, lines, earlier, later });
  }

  back(): void {
    this.#put("place", null);
  }

  async earlier(): Promise<void> {
    const { place } = this;
    const page = place && (await this.past.fetch<Stretch>(`?before=${place.lines[0]?.id ?? 0}`));
    if (!page) return;
    const all = [...page.lines, ...place.lines];
    place.lines = all.slice(0, MOST);
    place.earlier = page.earlier;
    place.later ||= all.length > MOST;
  }

  async later(): Promise<void> {
    const { place } = this;
    const page = place && (await this.past.fetch<Stretch>(`?after=${place.lines.at(-1)?.id ?? 0}`));
    if (!page) return;
    const all = [...place.lines, ...page.lines];
    place.lines = all.slice(-MOST);
    place.later = page.later;
    place.earlier ||= all.length > MOST;
  }

  /** Nothing of it is needed any more. */
  close(): void {
    this.#put("hits", null);
    this.#put("place", null);
  }

  #put<Name extends "hits" | "place">(name: Name, shelf: this[Name]): void {
    const { shelves } = this.past;
    if (this[name]) shelves.delete(this[name]);
    if (shelf) shelves.add(shelf);
    this[name] = shelf;
  }
}

/** `text` around the first place where it says `words`, as far as that can be seen in it. */
export function marked(text: string, words: string): readonly [string, string, string] | null {
  const at = text.toLowerCase().indexOf(words.trim().toLowerCase());
  const end = at + words.trim().length;
  return at < 0 ? null : [text.slice(0, at), text.slice(at, end), text.slice(end)];
}

export type { ChatLine };
