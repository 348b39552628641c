/** Entry of the room page for members; host and assistants get `staff.ts`, which adds to it. */
import { pageData, type RoomData } from "../page";
import { useTimeZone } from "../ui/time";
import "./class-line";
import "./controls";
import "./panel";
import "./settings";
import { RoomShell } from "./shell";

useTimeZone(pageData<RoomData>("room-data").timeZone);
customElements.define("lc-room", RoomShell);
