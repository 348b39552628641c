/**
 * Says when the way to the server is dead, from how much comes back on it. Who publishes hardly
 * receives anything, and browsers give a dead way several seconds; but our server sends a beat four
 * times a second to whoever publishes.
 */

/** Between two looks (ms). */
export const LOOK = 300;
/** Looks in a row without anything new: so many and the way is dead. */
const DEAD = 3;
/** Looks with news before silence means anything: other engines send a report now and then only. */
const STEADY = 10;

export class Silence {
  #before: number | null = null;
  #news = 0;
  #empty = 0;

  /** One look at a counter of what has arrived; true when a steady way has fallen silent. */
  look(arrived: number): boolean {
    const news = this.#before !== null && arrived !== this.#before;
    this.#before = arrived;
    if (news) {
      this.#news = Math.min(this.#news + 1, STEADY);
      this.#empty = 0;
      return false;
    }
    this.#empty += 1;
    if (this.#news < STEADY) {
      if (this.#empty > 1) this.#news = 0;
      return false;
    }
    if (this.#empty < DEAD) return false;
    this.#empty = 0;
    return true;
  }
}

/** Bytes that have come on all ways of a connection. */
export async function arrived(pc: RTCPeerConnection): Promise<number> {
  let bytes = 0;
  (await pc.getStats()).forEach((row: { type: string; bytesReceived?: number }) => {
    if (row.type === "candidate-pair") bytes += row.bytesReceived ?? 0;
  });
  return bytes;
}
