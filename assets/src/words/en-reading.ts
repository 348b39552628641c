/** English: reading the chat. */
import type { zhReading } from "./zh-reading";

export const enReading: Readonly<Record<keyof typeof zhReading, string>> = {
  "chat.older": "Earlier messages",
  "chat.older_failed": "They did not come. Try again",
  "chat.reply_earlier": "In answer to an earlier message",
  "chat.search": "Search messages",
  "say.pinned": "Pinned message by {name}: {text}",
};
