/** Entry of the replay page. */
import { pageData } from "../page";
import { useTimeZone } from "../ui/time";
import type { ReplayData } from "./data";

const { timeZone } = pageData<ReplayData>("replay-data");
useTimeZone(timeZone);
// After the zone is known: an element draws itself as soon as it is defined.
void import("./app");
