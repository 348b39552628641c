/** Entry of the page that shows how a class arrives. */
import { pageData } from "../page";
import type { Reception } from "./page";
import "./page";

const data = pageData<{ readonly url: string }>("media-data");
const page = document.querySelector<Reception>("lc-reception");
if (page) page.url = data.url;
