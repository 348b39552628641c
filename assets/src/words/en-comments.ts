/** English: comments that cross the stage, loaded for who may choose them. */
import type { zhComments } from "./zh-comments";

export const enComments: Readonly<Record<keyof typeof zhComments, string>> = {
  on: "Messages cross the picture",
  still: "Messages do not cross the picture: this device asks for less motion",
};
