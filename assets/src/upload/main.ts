/** Entry of the page of a lesson's files. */
import "./element";
