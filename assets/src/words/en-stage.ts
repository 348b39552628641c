/** English: who is heard on the stage. */
import type { zhStage } from "./zh-stage";

export const enStage: Readonly<Record<keyof typeof zhStage, string>> = {
  "floor.closed": "Hands closed",
  "floor.take": "Speak",
  "layout.camera": "Lecturer first",
  "layout.follow": "Follow the lecturer",
  "layout.own": "Layout",
  "layout.see_slides": "See the slides",
  "layout.slides": "Slides first",
  "layout.speakers": "Speakers first",
  "mute.all": "Mute all",
  "mute.allow": "Let {name} be heard again",
  "mute.asked": "You were muted. You can turn your microphone on again",
  "mute.held": "You were muted. The lecturer lets you speak again",
  "mute.one": "Mute {name}",
  "speak.hold": "Hold the space bar to be heard for a moment",
};
