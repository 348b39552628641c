/** What is only needed once there are slides: a file of its own, loaded by `load.ts`. */
export { Pages } from "./pages";
export { Sender } from "./sender";
export { simplified } from "./thin";
