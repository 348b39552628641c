/** Loads hls.js when it is first needed: 170 kB that most pages never ask for. */
import type Hls from "hls.js";

type HlsClass = typeof Hls;

let loading: Promise<HlsClass | null> | null = null;

/** The player's class from `address`; null where the browser has no MediaSource (older iPhones). */
export function loadHls(address: string): Promise<HlsClass | null> {
  loading ??= import(address).then(
    (module: { readonly default: HlsClass }) =>
      module.default.isSupported() ? module.default : null,
    (problem: unknown) => {
      loading = null;
      throw problem;
    },
  );
  return loading;
}

/** Whether the browser plays playlists by itself, as Safari does. */
export function playsHls(element: HTMLMediaElement): boolean {
  return element.canPlayType("application/vnd.apple.mpegurl") !== "";
}
