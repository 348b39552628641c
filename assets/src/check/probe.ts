/**
 * The proof that the network carries a class: send to the media server and watch it come back.
 *
 * Publishes to the stream `probe-<member>`, which nobody else may see and no hook reports.
 */
import { cameraSending, type Profile } from "../media/capture";
import { quality, read, type Reading } from "../media/quality";
import { relayWorks } from "../media/relay";
import { WhepViewer } from "../media/whep";
import { WhipPublisher } from "../media/whip";

export interface ProbeResult {
  /** The real-time line could be opened, ms until it was. */
  readonly socketMs: number | null;
  readonly sent: boolean;
  readonly returned: boolean;
  readonly roundTrip: number | null;
  readonly lossPercent: number;
  readonly received: number;
  readonly kbps: number;
  /** The relay for closed networks gives out addresses; null when this site has none. */
  readonly relay: boolean | null;
  /** The server's code when it said no. */
  readonly refused: string;
}

export interface ProbeOptions {
  readonly socket: string;
  readonly whip: string;
  readonly whep: string;
  readonly token: () => Promise<string>;
  readonly servers: () => readonly RTCIceServer[];
  readonly profile: Profile;
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

/** How long packets are counted (ms), and how long is waited for the first. */
const COUNT = 3_000;
const WAIT = 8_000;

const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Opens the WebSocket without saying hello: that would count as being in the class. */
function socketOpens(url: string): Promise<number | null> {
  const start = performance.now();
  return new Promise((done) => {
    const wire = new WebSocket(url);
    const finish = (ms: number | null): void => {
      clearTimeout(timer);
      wire.onopen = wire.onerror = null;
      wire.close();
      done(ms);
    };
    const timer = setTimeout(() => finish(null), WAIT);
    wire.onopen = () => finish(performance.now() - start);
    wire.onerror = () => finish(null);
  });
}

export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const socketMs = await socketOpens(options.socket);
  const drawn = options.video ? null : drawing();
  const relay = await options
    .token()
    .then(() => relayWorks(options.servers()))
    .catch(() => false);
  const publisher = new WhipPublisher({
    url: options.whip,
    token: options.token,
    servers: options.servers,
    onStatus: () => undefined,
  });
  const viewer = new WhepViewer({
    url: options.whep,
    token: options.token,
    servers: options.servers,
    audio: true,
    video: true,
    onStatus: () => undefined,
    onStream: () => undefined,
  });
  try {
    publisher.publish(
      { audio: options.audio, video: options.video ?? drawn?.track ?? null },
      cameraSending(options.profile),
    );
    const sent = await until(
      () => publisher.status.phase === "live",
      () => publisher.status.phase === "refused",
    );
    if (sent) viewer.start();
    const returned = sent && (await until(() => viewer.status.phase === "live"));
    const found = returned ? await count(viewer, publisher) : null;
    return {
      socketMs,
      sent,
      returned: returned && (found?.received ?? 0) > 0,
      roundTrip: found?.roundTrip ?? null,
      lossPercent: found?.lossPercent ?? 0,
      received: found?.received ?? 0,
      kbps: found?.kbps ?? 0,
      relay,
      refused: publisher.status.phase === "refused" ? publisher.status.reason : "",
    };
  } finally {
    viewer.stop();
    publisher.stop();
    drawn?.stop();
  }
}

async function until(done: () => boolean, given: () => boolean = () => false): Promise<boolean> {
  const end = performance.now() + WAIT;
  while (!done()) {
    if (given() || performance.now() > end) return false;
    await rest(100);
  }
  return true;
}

async function count(
  viewer: WhepViewer,
  publisher: WhipPublisher,
): Promise<{
  roundTrip: number | null;
  lossPercent: number;
  received: number;
  kbps: number;
} | null> {
  const first = await readNow(viewer);
  await rest(COUNT);
  const [last, out] = [await readNow(viewer), await readNow(publisher)];
  if (!first || !last) return null;
  const found = quality(first, last);
  return {
    roundTrip: out?.roundTrip ?? found.roundTrip,
    lossPercent: found.lossPercent,
    received: last.received - first.received,
    kbps: found.kbps,
  };
}

async function readNow(of: { connection: RTCPeerConnection | null }): Promise<Reading | null> {
  return of.connection ? read(of.connection) : null;
}

/** A picture to send when there is no camera: a dot that moves, five times a second. */
function drawing(): { track: MediaStreamTrack | null; stop: () => void } {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [160, 90];
  const pen = canvas.getContext("2d");
  let step = 0;
  const timer = setInterval(() => {
    step += 7;
    pen?.clearRect(0, 0, 160, 90);
    pen?.fillRect(step % 150, 40, 10, 10);
  }, 200);
  const track = canvas.captureStream(5).getVideoTracks()[0] ?? null;
  return {
    track,
    stop: () => {
      clearInterval(timer);
      track?.stop();
    },
  };
}
