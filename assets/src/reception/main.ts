/** Entry of the page that shows how a class arrives. */
import { setLanguage } from "../i18n";
import { pageData } from "../page";
import type { Reception } from "./page";
import "./page";

const data = pageData<{ readonly url: string; readonly lang: string }>("media-data");
setLanguage(data.lang);
const page = document.querySelector<Reception>("lc-reception");
if (page) page.url = data.url;
