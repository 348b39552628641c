/** Camera, microphone and screen of this machine: asking, remembering, letting go. */
import type { Layer, Sending } from "./whip";

/** `test` is tiny; `layers` is as small as it can be with two layers. */
export type Profile = "normal" | "test" | "layers";

/** Why a device is not there, in the words of the interface. */
export type CaptureProblem = "denied" | "missing" | "busy" | "insecure";

export interface Capture {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
  readonly audioProblem: CaptureProblem | null;
  readonly videoProblem: CaptureProblem | null;
}

export interface DeviceChoice {
  readonly audioId: string;
  readonly videoId: string;
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly rate: number;
}

const LARGE: Size = { width: 1280, height: 720, rate: 20 };
const MEDIUM: Size = { width: 640, height: 360, rate: 15 };
const SIZES: Readonly<Record<Profile, Size>> = {
  normal: MEDIUM,
  test: { width: 320, height: 180, rate: 10 },
  layers: { width: 640, height: 360, rate: 10 },
};

/** What of this machine decides how large a picture it can encode, several times at once. */
export interface Machine {
  readonly cores: number;
  readonly mobile: boolean;
}

function thisMachine(): Machine {
  const { hardwareConcurrency, userAgent } = navigator;
  const hints = (navigator as { userAgentData?: { mobile?: boolean } }).userAgentData;
  const mobile = hints?.mobile ?? /Android|iPhone|iPad|Mobile/.test(userAgent);
  return { cores: hardwareConcurrency || 2, mobile };
}

/** 720p takes four cores and no battery in a hand. */
export function cameraSize(profile: Profile, machine = thisMachine()): Size {
  const able = machine.cores >= 4 && !machine.mobile;
  return profile === "normal" && able ? LARGE : SIZES[profile];
}

/** The layers, smallest first, so that a narrow line gives up the largest first. */
const LAYERS: Readonly<Record<number, readonly Layer[]>> = {
  720: [
    { rid: "l", scale: 4, bitrate: 120_000 },
    { rid: "m", scale: 2, bitrate: 400_000 },
    { rid: "h", scale: 1, bitrate: 1_200_000 },
  ],
  360: [
    { rid: "l", scale: 2, bitrate: 120_000 },
    { rid: "h", scale: 1, bitrate: 500_000 },
  ],
  180: [{ rid: "h", scale: 1, bitrate: 120_000 }],
};

/** How the camera is sent in the size that was asked of it. */
export function cameraSending(profile: Profile, machine = thisMachine()): Sending {
  const { height, rate } = cameraSize(profile, machine);
  return { layers: LAYERS[height] ?? [], framerate: rate, hint: "motion" };
}

const SCREENS: Readonly<Record<"normal" | "test", readonly [bitrate: number, rate: number]>> = {
  normal: [1_200_000, 8],
  test: [200_000, 5],
};

/** The screen stays one picture: what matters in it is to be read. */
export function screenSending(profile: Profile): Sending {
  const [bitrate, framerate] = SCREENS[profile === "normal" ? "normal" : "test"];
  return { layers: [{ rid: "h", scale: 1, bitrate }], framerate, hint: "detail" };
}

export function videoConstraints(profile: Profile, deviceId: string): MediaTrackConstraints {
  const { width, height, rate } = cameraSize(profile);
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: rate, max: rate },
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
  };
}

export function audioConstraints(deviceId: string): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
  };
}

/** The reason behind a rejected getUserMedia. */
export function problemOf(reason: unknown): CaptureProblem {
  switch (reason instanceof Error ? reason.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "missing";
  }
}

/** One track; rejects with the browser's error. */
async function track(
  kind: "audio" | "video",
  constraints: MediaTrackConstraints,
): Promise<MediaStreamTrack | null> {
  const stream = await navigator.mediaDevices.getUserMedia({ [kind]: constraints });
  return stream.getTracks()[0] ?? null;
}

/** Microphone and camera in one prompt; when that fails, each for itself, so that one suffices. */
export async function capture(
  wanted: { readonly mic: boolean; readonly cam: boolean },
  choice: DeviceChoice,
  profile: Profile,
): Promise<Capture> {
  if (!navigator.mediaDevices) {
    return { audio: null, video: null, audioProblem: "insecure", videoProblem: "insecure" };
  }
  const audio = audioConstraints(choice.audioId);
  const video = videoConstraints(profile, choice.videoId);
  if (wanted.mic && wanted.cam) {
    try {
      const both = await navigator.mediaDevices.getUserMedia({ audio, video });
      return {
        audio: both.getAudioTracks()[0] ?? null,
        video: both.getVideoTracks()[0] ?? null,
        audioProblem: null,
        videoProblem: null,
      };
    } catch {
      // Perhaps only one of them is missing: ask singly below.
    }
  }
  const found: { -readonly [Part in keyof Capture]: Capture[Part] } = {
    audio: null,
    video: null,
    audioProblem: null,
    videoProblem: null,
  };
  if (wanted.mic) {
    found.audio = await track("audio", audio).catch((reason: unknown) => {
      found.audioProblem = problemOf(reason);
      return null;
    });
  }
  if (wanted.cam) {
    found.video = await track("video", video).catch((reason: unknown) => {
      found.videoProblem = problemOf(reason);
      return null;
    });
  }
  return found;
}

/** The screen, a window or a tab; null when the person changed her mind. */
export async function captureScreen(profile: Profile): Promise<MediaStreamTrack | null> {
  const rate = screenSending(profile).framerate;
  const size =
    profile !== "normal"
      ? { width: { max: 640 }, height: { max: 360 } }
      : { width: { max: 1920 }, height: { max: 1080 } };
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: rate, max: 15 }, ...size },
      audio: false,
    });
    return stream.getVideoTracks()[0] ?? null;
  } catch (reason) {
    if (problemOf(reason) === "denied") return null;
    throw reason;
  }
}

const CHOICE_KEY = "liveclass.devices";

/** The devices chosen last on this machine. */
export function rememberedDevices(): DeviceChoice {
  try {
    const kept = JSON.parse(
      sessionStorage.getItem(CHOICE_KEY) ?? localStorage.getItem(CHOICE_KEY) ?? "{}",
    ) as Partial<DeviceChoice>;
    return { audioId: kept.audioId ?? "", videoId: kept.videoId ?? "" };
  } catch {
    return { audioId: "", videoId: "" };
  }
}

/** Remember for this tab, and with `forLong` for this machine. */
export function rememberDevices(choice: DeviceChoice, forLong: boolean): void {
  try {
    sessionStorage.setItem(CHOICE_KEY, JSON.stringify(choice));
    if (forLong) localStorage.setItem(CHOICE_KEY, JSON.stringify(choice));
    else localStorage.removeItem(CHOICE_KEY);
  } catch {
    // Storage forbidden: the choice lives as long as the page.
  }
}
