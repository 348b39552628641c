/** Whether comments cross the stage: off until chosen on this device, and never with less motion. */
import { COMMENTS } from "../room/comments";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const heard = new Set<() => void>();
const tell = (): void => {
  for (const one of heard) one();
};
still.addEventListener("change", tell);

/** She wishes for less motion. */
export function mustBeStill(): boolean {
  return still.matches;
}

export function commentsOn(): boolean {
  try {
    return !still.matches && localStorage.getItem(COMMENTS) === "on";
  } catch {
    return false;
  }
}

export function chooseComments(on: boolean): void {
  try {
    localStorage.setItem(COMMENTS, on ? "on" : "off");
  } catch {
    // Storage forbidden: they stay off.
  }
  tell();
}

/** `run` is called when something of it changes, until the answer is called. */
export function whenChosen(run: () => void): () => void {
  heard.add(run);
  return () => heard.delete(run);
}
