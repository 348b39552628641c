/** Entry of the replay page. */
import { setLanguage } from "../i18n";
import { pageData } from "../page";
import { useTimeZone } from "../ui/time";
import type { ReplayData } from "./data";

const { lang, timeZone } = pageData<ReplayData>("replay-data");
setLanguage(lang);
useTimeZone(timeZone);
// After the language is known: an element draws itself as soon as it is defined.
void import("./app");
