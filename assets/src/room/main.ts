/** Entry of the room page. */
import { setLanguage } from "../i18n";
import { pageData, type RoomData } from "../page";
import { useTimeZone } from "../ui/time";
import "./class-line";
import "./console";
import "./controls";
import "./panel";
import "./settings";
import { RoomShell } from "./shell";

const data = pageData<RoomData>("room-data");
setLanguage(data.lang);
useTimeZone(data.timeZone);
customElements.define("lc-room", RoomShell);
