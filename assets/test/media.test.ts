import assert from "node:assert/strict";
import { test } from "node:test";

import { gradeOf, quality, reading } from "../src/media/quality";
import { MediaSession, type MediaStatus } from "../src/media/session";
import { FakeClock, settle } from "./fakes";

class FakePeer {
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  answer = "";
  closed = false;
  onconnectionstatechange: (() => void) | null = null;

  createOffer(): Promise<object> {
    return Promise.resolve({});
  }

  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: "offer" };
    return Promise.resolve();
  }

  setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.answer = sdp;
    return Promise.resolve();
  }

  /** State of the DTLS association. */
  dtls = "connected";

  getTransceivers(): readonly object[] {
    const side = { transport: { state: this.dtls } };
    return [{ sender: { transport: null }, receiver: side }];
  }

  close(): void {
    this.closed = true;
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

class Plain extends MediaSession {
  protected override prepare(): void {
    // Nothing to send: the test looks at the HTTP side.
  }

  start(): void {
    this.begin();
  }
}

class Stand {
  readonly clock = new FakeClock();
  readonly peers: FakePeer[] = [];
  readonly calls: { method: string; url: string; auth: string; keepalive: boolean }[] = [];
  readonly statuses: MediaStatus[] = [];
  readonly fresh: boolean[] = [];
  answers: (() => Response)[] = [];
  readonly session: Plain;

  constructor() {
    this.session = new Plain({
      url: "http://h/media/whep/K/camera",
      token: (fresh) => {
        this.fresh.push(fresh);
        return Promise.resolve("tok");
      },
      onStatus: (status) => this.statuses.push(status),
      clock: this.clock,
      peer: () => {
        const peer = new FakePeer();
        this.peers.push(peer);
        return peer as unknown as RTCPeerConnection;
      },
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        this.calls.push({
          method: init?.method ?? "GET",
          url: String(input),
          auth: headers.get("Authorization") ?? "",
          keepalive: init?.keepalive ?? false,
        });
        if (init?.method === "DELETE") return Promise.resolve(new Response());
        const next = this.answers.shift() ?? created(this.peers.length);
        return Promise.resolve(next());
      },
    });
  }

  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    assert.ok(peer);
    return peer;
  }

  of(method: string): number {
    return this.calls.filter((one) => one.method === method).length;
  }
}

function created(number: number): () => Response {
  return () =>
    new Response("answer", {
      status: 201,
      headers: { Location: `/media/session/s${number}`, "X-Stream-Id": `stream${number}` },
    });
}

function refusing(status: number, code: string, headers: Record<string, string> = {}) {
  return () => Response.json({ code }, { status, headers });
}

void test("posts an offer with the token, takes the answer, deletes its session", async () => {
  const stand = new Stand();
  stand.session.start();
  await settle();
  assert.equal(stand.peer.answer, "answer");
  assert.equal(stand.calls[0]?.auth, "Bearer tok");
  stand.peer.become("connected");
  assert.equal(stand.session.status.phase, "live");
  assert.deepEqual([...stand.session.made], ["stream1"]);
  stand.session.stop(true);
  const last = stand.calls.at(-1);
  assert.equal(last?.url, "http://h/media/session/s1");
  assert.equal(last?.keepalive, true);
  await settle();
  assert.ok(stand.peer.closed);
});

void test("nothing is live yet: asks again, not before Retry-After", async () => {
  const stand = new Stand();
  stand.answers = [refusing(409, "not_live", { "Retry-After": "1" })];
  stand.session.start();
  await settle();
  assert.deepEqual(stand.session.status, { phase: "waiting", reason: "not_live" });
  await stand.clock.pass(900);
  assert.equal(stand.of("POST"), 1);
  await stand.clock.pass(200);
  assert.equal(stand.of("POST"), 2);
});

void test("a short interruption heals by itself, a long one makes a new session", async () => {
  const stand = new Stand();
  stand.session.start();
  await settle();
  stand.peer.become("connected");
  stand.peer.become("disconnected");
  await stand.clock.pass(2_000);
  stand.peer.become("connected");
  await stand.clock.pass(10_000);
  assert.equal(stand.of("POST"), 1);
  stand.peer.become("disconnected");
  await stand.clock.pass(3_000);
  assert.equal(stand.session.status.phase, "waiting");
  await stand.clock.pass(1_000);
  assert.equal(stand.of("POST"), 2);
  assert.equal(stand.of("DELETE"), 1);
});

void test("an expired token is replaced; a forbidden act is final", async () => {
  const stand = new Stand();
  stand.answers = [refusing(401, "token_expired"), refusing(403, "token_watch_only")];
  stand.session.start();
  await settle();
  await stand.clock.pass(5_000);
  assert.deepEqual(stand.fresh, [false, true]);
  assert.deepEqual(stand.session.status, { phase: "refused", reason: "token_watch_only" });
  await stand.clock.pass(60_000);
  assert.equal(stand.of("POST"), 2);
});

void test("a session that never connects is made anew", async () => {
  const stand = new Stand();
  stand.session.start();
  await settle();
  await stand.clock.pass(8_000 + 5_000);
  assert.ok(stand.of("POST") >= 2);
});

void test("an answer that comes after stop ends its session", async () => {
  const stand = new Stand();
  stand.session.start();
  stand.session.stop();
  await settle();
  assert.equal(stand.of("POST"), stand.of("DELETE"));
  assert.equal(stand.session.status.phase, "idle");
});

void test("a refresh replaces the session at once", async () => {
  const stand = new Stand();
  stand.session.start();
  await settle();
  stand.peer.become("connected");
  stand.session.refresh();
  await settle();
  assert.equal(stand.of("POST"), 2);
  assert.equal(
    stand.calls.at(-2)?.method === "DELETE" || stand.calls.at(-1)?.method === "DELETE",
    true,
  );
});

void test("what the server has ended is not deleted", async () => {
  for (const end of [
    (stand: Stand) => {
      stand.peer.dtls = "closed";
      stand.session.stop();
    },
    (stand: Stand) => {
      stand.session.forget();
      stand.session.stop();
    },
    (stand: Stand) => stand.session.refresh(true),
  ]) {
    const stand = new Stand();
    stand.session.start();
    await settle();
    stand.peer.become("connected");
    const first = stand.peer;
    end(stand);
    await settle();
    assert.equal(stand.of("DELETE"), 0);
    assert.equal(first.closed, true);
  }
});

void test("statistics become loss, rate and a grade", () => {
  const rows = (received: number, lost: number, frames: number) => [
    {
      type: "inbound-rtp",
      packetsReceived: received,
      packetsLost: lost,
      bytesReceived: received * 1000,
      framesDecoded: frames,
      totalAudioEnergy: received / 1e4,
    },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.034 },
  ];
  const found = quality(reading(rows(100, 0, 10), 0), reading(rows(190, 10, 25), 1_000));
  assert.equal(Math.round(found.lossPercent), 10);
  assert.equal(Math.round(found.kbps), 720);
  assert.equal(found.framesPerSecond, 15);
  assert.equal(found.grade, "fair");
  assert.ok(found.sounding && found.moving);
  assert.equal(gradeOf(0, 34), "good");
  assert.equal(gradeOf(0, 1_200), "poor");
  assert.equal(gradeOf(15, null), "poor");
});
