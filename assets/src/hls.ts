/** hls.js alone in a file: whoever needs it loads it by its address, see `ui/hls.ts`. */
export { default } from "hls.js";
