/** Entry of the page of a lesson's files. */
import { setLanguage } from "../i18n";
import "./element";

setLanguage(document.documentElement.lang);
