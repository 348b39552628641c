/** English: the staff's chat controls, on their pages only. */
import type { zhChatDesk } from "./zh-chatdesk";

export const enChatDesk: Readonly<Record<keyof typeof zhChatDesk, string>> = {
  title: "Chat settings",
  closed: "Only the lecturer and the assistants write",
  closed_hint: "Questions and whispers go on.",
  slow: "Slow mode",
  off: "No limit",
  each: "One message in {n} seconds",
  muted: "Muted in the chat",
  mute: "Mute",
  mute_name: "Mute {name} in the chat",
  unmute: "Let write",
  unmute_name: "Let {name} write again",
  announce: "Send as an announcement",
  mentions: "Whom you mean",
  floor: "Who may speak",
  floor_invited: "Whom the lecturer asks",
  floor_nobody: "Nobody at the moment",
  floor_everyone: "Whoever raises a hand (six at most)",
  light: "Show {name} large",
};
