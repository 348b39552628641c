/** Whether the screen may be shared now. */
import { t } from "../i18n";
import type { RoomState } from "../protocol.gen";
import { nameOf } from "../ui/part";

/** Empty when the screen may be shared, otherwise why not. */
export function screenTaken(room: RoomState, sharing: boolean): string {
  if (room.phase === "ended") return t("room.ended_closed");
  if (!navigator.mediaDevices?.getDisplayMedia) return t("device.no_screen");
  const shown = room.stage.find((one) => one.stream === "screen");
  if (!shown || sharing || shown.person.id === room.me.id) return "";
  return t("console.screen_taken", { name: nameOf(shown.person) });
}
