/**
 * One WHIP or WHEP session (RFC 9725 and its watching twin): POST an offer, keep the Location,
 * DELETE at the end, and come back by itself when the way breaks: first by an ICE restart through
 * PATCH, which keeps keys and picture, and if that does not help by a new session.
 *
 * No trickle: the media server is ICE-lite, so its candidates are all in the answer and ours are
 * learnt from our connectivity checks.
 */
import { backOff, type Clock, realClock } from "../room/clock";
import { watchNetwork } from "./network";
import { FRAGMENT, fragmentOf, renewed } from "./restart";

/** `idle` before start and after stop; `waiting` retries by itself; `refused` needs a person. */
export type MediaPhase = "idle" | "connecting" | "live" | "waiting" | "refused";

export interface MediaStatus {
  readonly phase: MediaPhase;
  /** Why it waits or was refused: the server's code, `not_live`, `network` or `ice`. */
  readonly reason: string;
}

export interface MediaSessionOptions {
  readonly url: string;
  /** The bearer token of the next attempt; `fresh`: the server refused the last one. */
  readonly token: (fresh: boolean) => Promise<string>;
  readonly onStatus: (status: MediaStatus) => void;
  /** STUN and TURN servers of the next attempt. */
  readonly servers?: () => readonly RTCIceServer[];
  /** Calls back when the network has changed; the answer stops it. */
  readonly network?: (changed: () => void) => () => void;
  readonly fetch?: typeof fetch;
  readonly peer?: () => RTCPeerConnection;
  readonly clock?: Clock;
}

const LEAST = 300;
const MOST = 5_000;
/** ICE may heal itself for so long before it is restarted (ms). */
const HEAL = 1_000;
/** A restarted ICE that is not connected by then gives way to a new session (ms). */
const RESTART = 3_000;
/** A session that is not connected by then is made anew (ms). */
const CONNECT = 8_000;
/** How long the old connection is kept for its DELETE (ms). */
const GOODBYE = 3_000;
/** What the network lost is said again after that (ms). */
const TELL_AGAIN = 2_000;
const RETRY_STATUS = new Set([404, 408, 409, 425, 429, 500, 502, 503, 504]);

/** The server's answer was not 201. */
class PostRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfter: number,
  ) {
    super(code);
  }
}

export abstract class MediaSession {
  protected pc: RTCPeerConnection | null = null;
  #location: string | null = null;
  #answer = "";
  #restarting = false;
  #alive: RTCPeerConnection | null = null;
  #ignore: (() => void) | null = null;
  #token = "";
  #run = 0;
  #attempt = 0;
  /** Packets that the server had sent when it was asked last. */
  #sent = Number.NaN;
  #stale = false;
  #status: MediaStatus = { phase: "idle", reason: "" };
  #cancel: () => void = () => undefined;
  protected readonly clock: Clock;
  readonly #fetch: typeof fetch;
  readonly #made = new Set<string>();

  constructor(protected readonly options: MediaSessionOptions) {
    this.clock = options.clock ?? realClock;
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** Puts tracks or transceivers on a new connection. */
  protected abstract prepare(pc: RTCPeerConnection): void;

  /** The session is live: once for each connection. */
  protected connected(_pc: RTCPeerConnection): void {
    // Most have nothing to do then.
  }

  /** Nothing comes back on `pc` any more: look for another way at once. */
  protected silent(pc: RTCPeerConnection): void {
    if (pc === this.pc && this.#status.phase === "live") this.#renew(this.#run, pc);
  }

  /** The server has made the session; `tell` reaches it from now on. */
  protected opened(): void {
    // Most have nothing to say.
  }

  /**
   * Tell the session's resource `part` something. What gets lost is said again once; a server that
   * has no such resource is let alone.
   */
  protected async tell(part: string, what: object, again = true): Promise<void> {
    const location = this.#location;
    if (!location) return;
    try {
      await this.#fetch(`${location}/${part}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.#token}` },
        body: JSON.stringify(what),
      });
    } catch {
      if (again) this.clock.after(TELL_AGAIN, () => void this.tell(part, what, false));
    }
  }

  get status(): MediaStatus {
    return this.#status;
  }

  /** Under which names the room hears of the sessions made here: to know its own from others. */
  get made(): ReadonlySet<string> {
    return this.#made;
  }

  /** The connection, for statistics; null while there is none. */
  get connection(): RTCPeerConnection | null {
    return this.pc;
  }

  protected begin(): void {
    this.#attempt = 0;
    this.#ignore ??= (this.options.network ?? watchNetwork)(() => this.#moved());
    this.#restart();
  }

  /** Try now if it waits for another attempt: something has changed at the server. */
  hurry(): void {
    if (this.#status.phase === "waiting") this.#restart();
  }

  /** Make the session anew, now; `gone`: the server has ended the old one already. */
  refresh(gone = false): void {
    if (this.#status.phase === "idle" || this.#status.phase === "refused") return;
    if (gone) this.#location = null;
    this.#restart();
  }

  /**
   * Nothing arrives: ask whether the server still knows the session. When its process died, nobody
   * says goodbye, and ICE notices only after many seconds; this takes one request. `again`: nothing
   * has arrived since the last question; if the server has sent meanwhile, the way is lost.
   */
  async check(again = false): Promise<void> {
    const location = this.#location;
    const run = this.#run;
    if (!location || this.#status.phase !== "live") return;
    try {
      const headers = { Authorization: `Bearer ${this.#token}` };
      const answer = await this.#fetch(location, { headers });
      if (run !== this.#run) return;
      if (answer.status === 404) return this.refresh(true);
      const [before, sent] = [this.#sent, Number(answer.headers.get("X-Sent") ?? Number.NaN)];
      this.#sent = sent;
      if (again && sent > before && this.pc) this.silent(this.pc);
    } catch {
      // No network: ICE will notice.
    }
  }

  /** The server has ended the session by itself: nothing is left to be deleted. */
  forget(): void {
    this.#location = null;
  }

  /** End for good; `leaving` lets the DELETE outlive the page. */
  stop(leaving = false): void {
    this.#run += 1;
    this.#cancel();
    this.#ignore?.();
    this.#ignore = null;
    this.#end(leaving);
    this.#set("idle", "");
  }

  #restart(): void {
    this.#run += 1;
    this.#cancel();
    this.#end(false);
    void this.#connect(this.#run);
  }

  async #connect(run: number): Promise<void> {
    this.#set("connecting", this.#status.reason);
    const pc = (this.options.peer ?? (() => this.#peer()))();
    this.pc = pc;
    this.#restarting = false;
    this.prepare(pc);
    pc.onconnectionstatechange = () => this.#watch(run, pc);
    try {
      await pc.setLocalDescription(await pc.createOffer());
      const answer = await this.#post(run, pc.localDescription?.sdp ?? "");
      if (run !== this.#run) return;
      this.#answer = answer;
      await pc.setRemoteDescription({ type: "answer", sdp: answer });
      this.#cancel = this.clock.after(CONNECT, () => this.#retry(run, "ice"));
      this.#watch(run, pc);
    } catch (reason) {
      if (run === this.#run) this.#failed(run, reason);
    }
  }

  #peer(): RTCPeerConnection {
    const iceServers = [...(this.options.servers?.() ?? [])];
    return new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers });
  }

  async #post(run: number, offer: string): Promise<string> {
    const token = await this.options.token(this.#stale);
    if (run !== this.#run) return "";
    this.#stale = false;
    const answer = await this.#fetch(this.options.url, {
      method: "POST",
      headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` },
      body: offer,
    });
    if (answer.status !== 201) throw await postRefused(answer);
    const place = answer.headers.get("Location");
    const location = place ? new URL(place, answer.url || this.options.url).href : null;
    // The address of a session is its owner's; the room knows it by another name.
    if (location) {
      this.#made.add(answer.headers.get("X-Stream-Id") ?? location.split("/").at(-1) ?? "");
    }
    if (run === this.#run) {
      this.#location = location;
      this.#token = token;
      this.opened();
    } else if (location) {
      void this.#delete(location, token, false);
    }
    return answer.text();
  }

  #watch(run: number, pc: RTCPeerConnection): void {
    if (run !== this.#run) return;
    switch (pc.connectionState) {
      case "connected":
        this.#cancel();
        this.#attempt = 0;
        this.#restarting = false;
        if (this.#alive !== pc) this.connected((this.#alive = pc));
        this.#set("live", "");
        break;
      case "disconnected":
        if (this.#restarting) break;
        this.#cancel();
        this.#cancel = this.clock.after(HEAL, () => this.#renew(run, pc));
        break;
      case "failed":
        this.#renew(run, pc);
        break;
    }
  }

  /** The network has changed: do not wait until ICE has noticed. */
  #moved(): void {
    const { phase, reason } = this.#status;
    if (phase === "live" && this.pc) this.#renew(this.#run, this.pc);
    else if (phase === "waiting" && (reason === "network" || reason === "ice")) this.#restart();
  }

  /** Restart ICE, or make a new session when that cannot be or was in vain. */
  #renew(run: number, pc: RTCPeerConnection): void {
    if (run !== this.#run) return;
    const location = endedByServer(pc) ? null : this.#location;
    if (!location || this.#status.phase !== "live") return this.#retry(run, "ice");
    if (this.#restarting) return;
    this.#restarting = true;
    this.#cancel();
    this.#cancel = this.clock.after(RESTART, () => this.#retry(run, "ice"));
    this.#restartIce(run, pc, location).catch(() => this.#retry(run, "ice"));
  }

  async #restartIce(run: number, pc: RTCPeerConnection, location: string): Promise<void> {
    await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
    const answer = await this.#fetch(location, {
      method: "PATCH",
      headers: {
        "Content-Type": FRAGMENT,
        "If-Match": "*",
        Authorization: `Bearer ${this.#token}`,
      },
      body: fragmentOf(pc.localDescription?.sdp ?? ""),
    });
    const sdp = answer.status === 200 ? renewed(this.#answer, await answer.text()) : null;
    if (run !== this.#run) return;
    if (answer.status === 404) return this.refresh(true);
    if (!sdp) throw new Error(`restart: ${answer.status}`);
    this.#answer = sdp;
    await pc.setRemoteDescription({ type: "answer", sdp });
    // A connection that had not yet noticed the change stays "connected": nothing more to wait for.
    if (run === this.#run) this.#watch(run, pc);
  }

  #failed(run: number, reason: unknown): void {
    if (!(reason instanceof PostRefused)) return this.#retry(run, "network");
    this.#stale = reason.status === 401 && this.#attempt < 3;
    if (!this.#stale && !RETRY_STATUS.has(reason.status)) {
      this.#end(false);
      return this.#set("refused", reason.code);
    }
    this.#retry(run, reason.status === 409 ? "not_live" : reason.code, reason.retryAfter);
  }

  #retry(run: number, reason: string, least = 0): void {
    if (run !== this.#run) return;
    this.#cancel();
    this.#end(false);
    this.#run += 1;
    const next = this.#run;
    const delay = Math.max(least, backOff(this.#attempt, this.clock.random(), LEAST, MOST));
    this.#attempt += 1;
    this.#set("waiting", reason);
    this.#cancel = this.clock.after(delay, () => void this.#connect(next));
  }

  #end(leaving: boolean): void {
    const pc = this.pc;
    const location = pc && endedByServer(pc) ? null : this.#location;
    this.pc = null;
    this.#location = null;
    if (pc) pc.onconnectionstatechange = null;
    // Say goodbye over HTTP first: closing tells the server too, and then there is nothing to delete.
    const ended = location ? this.#delete(location, this.#token, leaving) : Promise.resolve();
    void ended.then(() => pc?.close());
  }

  /** Settles when the server has answered or cannot be reached; it reaps what is not deleted. */
  async #delete(location: string, token: string, leaving: boolean): Promise<void> {
    try {
      await this.#fetch(location, {
        method: "DELETE",
        headers: { Authorization: `Bearer ${token}` },
        keepalive: leaving,
        signal: AbortSignal.timeout(GOODBYE),
      });
    } catch {
      // No network: nothing more can be said.
    }
  }

  #set(phase: MediaPhase, reason: string): void {
    if (this.#status.phase === phase && this.#status.reason === reason) return;
    this.#status = { phase, reason };
    this.options.onStatus(this.#status);
  }
}

/** The server closes DTLS when it ends a session; a DELETE would then only meet a 404. */
function endedByServer(pc: RTCPeerConnection): boolean {
  return pc
    .getTransceivers()
    .some(({ sender, receiver }) => [sender, receiver].some((one) => one.transport?.state === "closed"));
}

async function postRefused(answer: Response): Promise<PostRefused> {
  const after = Number(answer.headers.get("Retry-After") ?? "0") * 1000;
  try {
    const body = (await answer.json()) as { code?: string };
    return new PostRefused(answer.status, body.code ?? String(answer.status), after);
  } catch {
    return new PostRefused(answer.status, String(answer.status), after);
  }
}
