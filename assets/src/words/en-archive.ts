/** English: history and search of the chat, loaded only by a page that opens it. */
import type { zhArchive } from "./zh-archive";

export const enArchive: Readonly<Record<keyof typeof zhArchive, string>> = {
  back: "Back to results",
  close: "Close",
  csv: "Download CSV",
  earlier: "Earlier messages",
  failed: "They did not come. Check the network and try again",
  files_hint: "The whole chat, without whispers and recalled messages. Each download is written down",
  find: "Search",
  found: "{n} found",
  found_more: "{n} found so far, older messages are left to search",
  later: "Later messages",
  list: "Messages",
  more: "Search older messages",
  none: "Nothing found. Try another word",
  place: "Chat history",
  searching: "Searching",
  title: "Search messages",
  txt: "Download text",
  words: "Words to find",
};
