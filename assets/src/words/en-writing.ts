/** English: writing in the chat: changing, its pace, announcements, who is meant. */
import type { zhWriting } from "./zh-writing";

export const enWriting: Readonly<Record<keyof typeof zhWriting, string>> = {
  "chat.announcement": "Announcement",
  "chat.edit": "Change",
  "chat.edited": "changed",
  "chat.editing": "Changing this message",
  "chat.mentioned": "{name} mentioned you",
  "chat.slow": "Slow mode: one message in {n} seconds",
  "chat.closed": "Only the lecturer and the assistants write at the moment",
  "chat.muted": "You are muted in the chat; you can still ask and whisper",
  "chat.wait": "{n} s",
  "say.announcement": "Announcement by {name}: {text}",
  "say.mentioned": "{name} mentioned you: {text}",
};
