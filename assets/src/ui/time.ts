/** Times as people read them: 24 hours, in the organisation's time zone. */
import { language, t } from "../i18n";

let zone: string | undefined;
/** Made once: a formatter costs more than a thousand times what it formats. */
let clock: Intl.DateTimeFormat | undefined;

/** Use `name` (IANA) from now on; an unknown one leaves the browser's own. */
export function useTimeZone(name: string | undefined): void {
  clock = undefined;
  try {
    if (name) new Intl.DateTimeFormat("en", { timeZone: name });
    zone = name;
  } catch {
    zone = undefined;
  }
}

/** `15:38` for unix seconds. */
export function clockTime(at: number): string {
  clock ??= new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(zone ? { timeZone: zone } : {}),
  });
  return clock.format(at * 1000);
}

/** `12月9日 15:00` or `9 Dec 15:00` for unix seconds. */
export function dayTime(at: number): string {
  const day = new Intl.DateTimeFormat(language() === "en" ? "en-GB" : "zh-CN", {
    month: "short",
    day: "numeric",
    ...(zone ? { timeZone: zone } : {}),
  }).format(at * 1000);
  return `${day} ${clockTime(at)}`;
}

/** Elapsed time: `00:42` in hours and minutes, as on a lecture's clock. */
export function elapsed(seconds: number): string {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A waiting time in words: `20 秒`, `1 分 20 秒`. */
export function waited(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return t("time.seconds", { n: whole });
  return t("time.minutes_seconds", { m: Math.floor(whole / 60), s: whole % 60 });
}
