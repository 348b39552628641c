/** Which size of the pictures this page wants, from what the person chose and whether she looks. */
import type { Clock } from "../room/clock";

/** What the media server is asked for: the layer resource of a session. */
export type LayerWish = "auto" | "high" | "low" | "off";

/** What the person chooses; `sound` is without any picture. */
export type PictureChoice = "auto" | "high" | "low" | "sound";

export const PICTURE_CHOICES = ["auto", "high", "low", "sound"] as const;

export interface Looking {
  readonly choice: PictureChoice;
  readonly saver: boolean;
  /** Nobody looks at the page: it is in another tab or minimized. */
  readonly hidden: boolean;
}

export function wishOf({ choice, saver, hidden }: Looking): LayerWish {
  if (hidden || choice === "sound") return "off";
  return saver ? "low" : choice;
}

const CHOICE_KEY = "liveclass.picture";
const SAVER_KEY = "liveclass.saver";

/** A glance elsewhere costs no picture (ms). */
export const GRACE = 4_000;

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage forbidden: the choice lives as long as the page.
  }
}

/** The choice made last in this browser. */
export function rememberedChoice(): PictureChoice {
  const found = kept(CHOICE_KEY);
  return PICTURE_CHOICES.find((one) => one === found) ?? "auto";
}

export function rememberChoice(choice: PictureChoice): void {
  keep(CHOICE_KEY, choice);
}

/** Whether to save data: what was chosen here, else what the browser is set to. */
export function rememberedSaver(): boolean {
  const found = kept(SAVER_KEY);
  if (found !== null) return found === "on";
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData === true;
}

export function rememberSaver(on: boolean): void {
  keep(SAVER_KEY, on ? "on" : "off");
}

/** What this needs of a document. */
export interface Page {
  readonly hidden: boolean;
  addEventListener(type: "visibilitychange", heard: () => void): void;
  removeEventListener(type: "visibilitychange", heard: () => void): void;
}

/** Says when nobody has looked for a while, and at once when somebody does; the answer stops it. */
export function watchLooking(
  page: Page,
  clock: Clock,
  changed: (hidden: boolean) => void,
): () => void {
  let told = false;
  let cancel: () => void = () => undefined;
  const tell = (hidden: boolean): void => {
    if (told === hidden) return;
    told = hidden;
    changed(hidden);
  };
  const heard = (): void => {
    cancel();
    if (page.hidden) cancel = clock.after(GRACE, () => tell(true));
    else tell(false);
  };
  page.addEventListener("visibilitychange", heard);
  heard();
  return () => {
    cancel();
    page.removeEventListener("visibilitychange", heard);
  };
}
