import assert from "node:assert/strict";
import { test } from "node:test";

import { gradeOf, quality, reading } from "../src/media/quality";
import { relayWorks } from "../src/media/relay";
import { fragmentOf, renewed } from "../src/media/restart";
import { MediaSession, type MediaStatus } from "../src/media/session";
import { FakeClock, settle } from "./fakes";

class FakePeer {
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  answer = "";
  closed = false;
  onconnectionstatechange: (() => void) | null = null;

  restarts = 0;

  createOffer(options?: { iceRestart?: boolean }): Promise<object> {
    if (options?.iceRestart) this.restarts += 1;
    return Promise.resolve({});
  }

  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: `m=audio 9 X 0\r\na=ice-ufrag:u${this.restarts}\r\n` };
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
  readonly calls: {
    method: string;
    url: string;
    auth: string;
    match: string;
    body: string;
    keepalive: boolean;
  }[] = [];
  /** What PATCH is answered with. */
  patched = (): Response => new Response("a=ice-ufrag:new\r\na=ice-pwd:fresh\r\n");
  /** The network has changed. */
  moved: () => void = () => undefined;
  watching = false;
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
      network: (changed) => {
        this.moved = changed;
        this.watching = true;
        return () => (this.watching = false);
      },
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
          match: headers.get("If-Match") ?? "",
          body: typeof init?.body === "string" ? init.body : "",
          keepalive: init?.keepalive ?? false,
        });
        if (init?.method === "DELETE") return Promise.resolve(new Response());
        if (init?.method === "PATCH") return Promise.resolve(this.patched());
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
    new Response("a=ice-ufrag:old\r\na=ice-pwd:stale\r\n", {
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
  assert.equal(stand.peer.answer, "a=ice-ufrag:old\r\na=ice-pwd:stale\r\n");
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
  await stand.clock.pass(900);
  stand.peer.become("connected");
  await stand.clock.pass(10_000);
  assert.deepEqual([stand.of("POST"), stand.of("PATCH")], [1, 0]);
  stand.peer.become("disconnected");
  await stand.clock.pass(4_000);
  assert.equal(stand.session.status.phase, "waiting");
  assert.equal(stand.of("PATCH"), 1);
  await stand.clock.pass(1_000);
  assert.equal(stand.of("POST"), 2);
  assert.equal(stand.of("DELETE"), 1);
});

/** A session that is live. */
async function live(): Promise<Stand> {
  const stand = new Stand();
  stand.session.start();
  await settle();
  stand.peer.become("connected");
  return stand;
}

void test("RFC 9725 §4.3.3: a restart says If-Match *, and takes the server's new side", async () => {
  const stand = await live();
  stand.peer.become("disconnected");
  await stand.clock.pass(1_000);
  const patch = stand.calls.find((one) => one.method === "PATCH");
  assert.deepEqual([patch?.match, patch?.auth], ["*", "Bearer tok"]);
  assert.equal(patch?.url, "http://h/media/session/s1");
  assert.equal(patch?.body, "m=audio 9 X 0\r\na=ice-ufrag:u1\r\n");
  assert.equal(stand.peer.answer, "a=ice-ufrag:new\r\na=ice-pwd:fresh\r\n");
  stand.peer.become("connected");
  await stand.clock.pass(20_000);
  assert.deepEqual([stand.of("POST"), stand.of("PATCH"), stand.of("DELETE")], [1, 1, 0]);
  assert.equal(stand.session.status.phase, "live");
});

void test("another network restarts ICE before anything has failed", async () => {
  const stand = await live();
  stand.moved();
  stand.moved();
  await settle();
  assert.deepEqual([stand.of("PATCH"), stand.of("POST")], [1, 1]);
  stand.session.stop();
  assert.equal(stand.watching, false);
});

void test("a network that is back ends the waiting", async () => {
  const stand = await live();
  stand.peer.become("failed");
  await stand.clock.pass(3_000);
  assert.equal(stand.session.status.phase, "waiting");
  stand.moved();
  await settle();
  assert.equal(stand.of("POST"), 2);
});

void test("a refused restart is followed by a new session at once", async () => {
  for (const status of [404, 405, 429, 501]) {
    const stand = await live();
    stand.patched = () => new Response("{}", { status });
    stand.peer.become("failed");
    await settle();
    await stand.clock.pass(600);
    assert.deepEqual([stand.of("PATCH"), stand.of("POST")], [1, 2]);
    assert.equal(stand.of("DELETE"), status === 404 ? 0 : 1);
  }
});

void test("a restart over a dead line ends in a new session", async () => {
  const stand = await live();
  stand.patched = () => {
    throw new TypeError("no network");
  };
  stand.peer.become("failed");
  await settle();
  await stand.clock.pass(600);
  assert.equal(stand.of("POST"), 2);
});

void test("RFC 8840 §9: a fragment is the ICE side of the first section", () => {
  const offer = [
    "v=0", "a=group:BUNDLE 0 1", "a=ice-options:trickle", "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0", "a=ice-ufrag:u", "a=ice-pwd:p", "a=candidate:1 1 udp 1 192.0.2.1 9 typ host",
    "a=mid:0", "a=sendonly", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=ice-ufrag:u", "a=mid:1",
  ].join("\r\n");
  assert.deepEqual(fragmentOf(offer).trimEnd().split("\r\n"), [
    "a=group:BUNDLE 0 1", "a=ice-options:trickle", "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=ice-ufrag:u", "a=ice-pwd:p", "a=candidate:1 1 udp 1 192.0.2.1 9 typ host", "a=mid:0",
  ]);
});

void test("the answer of before gets the new credentials and candidates in every section", () => {
  const section = "m=x\r\na=ice-ufrag:o\r\na=ice-pwd:o\r\na=sendonly\r\na=candidate:old\r\n";
  const fragment = "a=ice-lite\r\na=ice-ufrag:n\r\na=ice-pwd:m\r\na=candidate:new\r\n";
  const fresh = "m=x\r\na=ice-ufrag:n\r\na=ice-pwd:m\r\na=candidate:new\r\na=sendonly\r\n";
  assert.equal(renewed(section + section, fragment), fresh + fresh);
  assert.equal(
    renewed(section, "a=ice-ufrag:n\r\na=ice-pwd:m\r\n"),
    section.replace("ufrag:o", "ufrag:n").replace("pwd:o", "pwd:m"),
  );
  assert.equal(renewed(section, "nonsense"), null);
});

void test("the relay works when it gives out an address", async () => {
  const turn = [{ urls: ["stun:s"] }, { urls: ["turn:t"], username: "u", credential: "c" }];
  for (const [candidate, works] of [["candidate:1 1 udp 1 h 1 typ relay", true], ["", false]]) {
    const seen: RTCConfiguration[] = [];
    const pc = {
      onicecandidate: null as ((event: object) => void) | null,
      addTransceiver: () => undefined,
      createOffer: () => Promise.resolve({}),
      setLocalDescription() {
        this.onicecandidate?.({ candidate: candidate ? { candidate } : null });
        return Promise.resolve();
      },
      close: () => undefined,
    };
    const make = (configuration: RTCConfiguration): RTCPeerConnection => {
      seen.push(configuration);
      return pc as unknown as RTCPeerConnection;
    };
    assert.equal(await relayWorks(turn, make, 1), works);
    assert.deepEqual(seen, [{ iceServers: [turn[1]], iceTransportPolicy: "relay" }]);
  }
  assert.equal(await relayWorks([{ urls: "stun:s" }]), null);
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

void test("a session the server does not know any more is made anew at once", async () => {
  for (const [status, posts] of [
    [204, 1],
    [503, 1],
    [404, 2],
  ] as const) {
    const stand = new Stand();
    stand.session.start();
    await settle();
    stand.peer.become("connected");
    stand.answers.push(() => new Response(null, { status }));
    await stand.session.check();
    await settle();
    assert.equal(stand.of("GET"), 1);
    assert.equal(stand.of("POST"), posts);
    assert.equal(stand.of("DELETE"), 0);
  }
});

void test("who is sent packets and gets none has lost the way, and looks for another one", async () => {
  for (const [second, again, patches] of [
    ["140", true, 1],
    ["140", false, 0],
    ["100", true, 0],
    [null, true, 0],
  ] as const) {
    const stand = new Stand();
    stand.session.start();
    await settle();
    stand.peer.become("connected");
    const told = (sent: string | null) => () =>
      new Response(null, { status: 204, headers: sent === null ? {} : { "X-Sent": sent } });
    stand.answers.push(told("100"), told(second));
    await stand.session.check();
    await stand.session.check(again);
    await settle();
    assert.equal(stand.of("PATCH"), patches, `${second} ${again}`);
    assert.equal(stand.of("POST"), 1);
  }
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
