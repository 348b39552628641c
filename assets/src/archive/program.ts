/** What is needed once somebody reads back: a file of its own, see `room/history.ts`. */
import { pageData, type RoomData } from "../page";
import type { Wanted } from "../room/history";
import { wear } from "../ui/sheet";
import { useTimeZone } from "../ui/time";
import { Archive } from "./archive";
import { KEPT, Past } from "./past";

useTimeZone(pageData<RoomData>("room-data").timeZone);
customElements.define("lc-archive", Archive);

export { Past };

/** Opens the archive; a second wish goes to the one that is open. */
export async function open(past: Past, wanted: Wanted): Promise<void> {
  await wear(past.places.chatStyles);
  const archive = document.querySelector<Archive>("lc-archive") ?? new Archive();
  archive.past = past;
  archive.wanted = wanted;
  if (!archive.isConnected) document.body.append(archive);
}

/** A page further back, in the archive when the list of the chat holds as much as it may. */
export async function back(past: Past): Promise<void> {
  const [oldest] = past.lines;
  if (oldest && past.lines.length >= KEPT) return open(past, { line: oldest.id });
  const pressed = document.activeElement?.matches("[data-older]");
  await past.older();
  // The button is gone: what it was pressed with goes on in the list.
  if (pressed && !past.more) {
    document.querySelector<HTMLElement>("#tabpanel")?.focus({ preventScroll: true });
  }
}
