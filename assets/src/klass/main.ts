/** Entry of the page of one class, for its lecturer: the key for streaming programs. */
import { setLanguage } from "../i18n";

const { lang } = document.querySelector<HTMLElement>("[data-class-page]")?.dataset ?? {};
setLanguage(lang ?? "zh-hans");
// After the language is known: an element draws itself as soon as it is defined.
void import("../streaming/key");
