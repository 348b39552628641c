/** What is only needed once somebody whispers: a file of its own, loaded by `side.ts`. */
import { pageData, type RoomData } from "../page";
import { useTimeZone } from "../ui/time";
import { Whispers } from "./whispers";

useTimeZone(pageData<RoomData>("room-data").timeZone);
customElements.define("lc-whispers", Whispers);
