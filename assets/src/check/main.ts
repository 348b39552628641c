/** Entry of the device check. */
import { setLanguage } from "../i18n";
import { data } from "./shared";

setLanguage(data.lang);
void Promise.all([import("./preview"), import("./results")]);
