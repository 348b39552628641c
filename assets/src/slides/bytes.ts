/**
 * The bytes of a file that grows with the lecturer's pages, each fetched once.
 *
 * The server gives what was shown: a whole document that ends with page `to`. The document that
 * ends with a later page begins with the same bytes, so only what is behind them is asked for.
 */

/** Bytes that are known or not known together. */
export const BLOCK = 8 * 1024;

/** Attempts over a line that is cut, and milliseconds between the first of them. */
const TRIES = 4;
const PAUSE = 1_000;

export interface Grown {
  readonly to: number;
  readonly size: number;
}

export class Bytes {
  #data = new Uint8Array(0);
  #size = 0;
  readonly #known = new Set<number>();

  constructor(
    private readonly file: string,
    private readonly ask: typeof fetch = (url, how) => fetch(url, how),
  ) {}

  /** The length of the document that ends with page `to`; what is new of it comes along. */
  async grow(to: number): Promise<Grown> {
    const from = Math.floor(this.#size / BLOCK) * BLOCK;
    // of a file that is new here, its end: it says where everything is
    const range = this.#size > 0 ? `bytes=${from}-` : `bytes=-${8 * BLOCK}`;
    const answer = await this.#ranged(to, range);
    const found = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get("Content-Range") ?? "");
    if (!found) throw new Error("no range");
    const [start, size] = [Number(found[1]), Number(found[3])];
    const came = new Uint8Array(await answer.arrayBuffer());
    if (size > this.#size) this.#enlarge(size);
    this.#keep(start, came);
    return { to, size };
  }

  /** Bytes `begin` to `end` of the document that ends with page `to`. */
  async read({ to, size }: Grown, begin: number, end: number): Promise<Uint8Array> {
    const last = Math.min(end, size);
    for (const [first, behind] of this.#gaps(begin, last)) {
      const answer = await this.#ranged(to, `bytes=${first}-${Math.min(behind, size) - 1}`);
      this.#keep(first, new Uint8Array(await answer.arrayBuffer()));
    }
    return this.#data.slice(begin, last);
  }

  async #ranged(to: number, range: string): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await this.ask(`${this.file}?to=${to}`, { headers: { Range: range } });
        if (answer.status === 206) return answer;
        if (answer.status < 500) tries = TRIES;
        throw new Error(`status ${answer.status}`);
      } catch (reason) {
        if (tries >= TRIES) throw reason;
        await new Promise((done) => setTimeout(done, tries * PAUSE));
      }
    }
  }

  #enlarge(size: number): void {
    // the last block was not full: there is more of it now
    this.#known.delete(Math.floor(this.#size / BLOCK));
    const data = new Uint8Array(size);
    data.set(this.#data);
    this.#data = data;
    this.#size = size;
  }

  #keep(start: number, came: Uint8Array): void {
    this.#data.set(came.subarray(0, Math.max(0, this.#size - start)), start);
    const behind = start + came.length;
    for (let block = Math.ceil(start / BLOCK); block * BLOCK < behind; block += 1) {
      const whole = (block + 1) * BLOCK <= behind || behind >= this.#size;
      if (whole) this.#known.add(block);
    }
  }

  /** What is not known of `begin` to `end`, in whole blocks. */
  #gaps(begin: number, end: number): readonly (readonly [number, number])[] {
    const gaps: [number, number][] = [];
    for (let block = Math.floor(begin / BLOCK); block * BLOCK < end; block += 1) {
      if (this.#known.has(block)) continue;
      const [first, behind] = [block * BLOCK, (block + 1) * BLOCK];
      const before = gaps.at(-1);
      if (before?.[1] === first) before[1] = behind;
      else gaps.push([first, behind]);
    }
    return gaps;
  }
}
