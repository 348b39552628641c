/** Camera, microphone and screen of this machine: asking, remembering, letting go. */
import type { Sending } from "./whip";

export type Profile = "normal" | "test";

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

const SIZES: Readonly<Record<Profile, { width: number; height: number; rate: number }>> = {
  normal: { width: 640, height: 360, rate: 15 },
  test: { width: 320, height: 180, rate: 10 },
};

export const CAMERA: Readonly<Record<Profile, Sending>> = {
  normal: { videoBitrate: 500_000, framerate: 15, hint: "motion" },
  test: { videoBitrate: 120_000, framerate: 10, hint: "motion" },
};

export const SCREEN: Readonly<Record<Profile, Sending>> = {
  normal: { videoBitrate: 1_200_000, framerate: 8, hint: "detail" },
  test: { videoBitrate: 200_000, framerate: 5, hint: "detail" },
};

export function videoConstraints(profile: Profile, deviceId: string): MediaTrackConstraints {
  const { width, height, rate } = SIZES[profile];
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
  const rate = SCREEN[profile].framerate;
  const size =
    profile === "test"
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
