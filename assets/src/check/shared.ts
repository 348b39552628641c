/** What both halves of the page look at. */
import { pageData, type RoomData } from "../page";
import { Rig } from "./rig";

export const data = pageData<RoomData>("room-data");
export const rig = new Rig(data.mediaProfile ?? "normal");
