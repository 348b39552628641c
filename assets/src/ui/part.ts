/** Base of the room's elements, and the small drawings they share. */
import { html, LitElement, nothing, svg, type TemplateResult } from "lit";

import type { Person } from "../protocol.gen";
import { language, t } from "../i18n";

/** Lit without shadow DOM: the pages' style sheets apply and no inline style is ever made. */
export class Part extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

/** A symbol of the sprite; decoration, so hidden from readers of the screen. */
export function icon(name: string, size: "" | "s" | "l" = ""): TemplateResult {
  return html`<svg class=${size ? `i ${size}` : "i"} aria-hidden="true">
    <use href="#i-${name}"></use>
  </svg>`;
}

/** The name in the reader's language. */
export function nameOf(person: Person): string {
  return language() === "en" && person.latin ? person.latin : person.name;
}

export function unitOf(person: Pick<Person, "unit" | "unit_en">): string {
  return language() === "en" && person.unit_en ? person.unit_en : person.unit;
}

/** `Guo Jianye · Lecturer`; members carry no title. */
export function titledName(person: Person): string {
  if (person.role === "member") return nameOf(person);
  return `${nameOf(person)} · ${t(person.role === "host" ? "role.host" : "role.assistant")}`;
}

const COMPOUND = new Set(
  "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 夏侯 轩辕 端木 南宫 独孤 百里 呼延".split(
    " ",
  ),
);

/** What stands on the seal: the surname, two characters of a compound one, or Latin initials. */
export function sealText(name: string): string {
  const letters = [...name];
  if (/^[\p{Script=Latin}]/u.test(name)) {
    const words = name.split(/[\s·-]+/).filter(Boolean);
    return words
      .slice(0, 2)
      .map((word) => [...word][0]?.toUpperCase() ?? "")
      .join("");
  }
  const two = letters.slice(0, 2).join("");
  return COMPOUND.has(two) ? two : (letters[0] ?? "");
}

/** Made of the name that stands beside it, in the reader's language. */
export function seal(person: Person, size: "" | "s" | "xl" = "s"): TemplateResult {
  const text = sealText(nameOf(person));
  const kind = [...text].length > 1 ? " two-ch" : "";
  return html`<span class="seal ${size}${kind}" aria-hidden="true">${text}</span>`;
}

export interface Bar {
  readonly kind: "c" | "me" | "brk" | "gap";
  readonly start: number;
  readonly length: number;
}

/** The counted line: geometry in SVG attributes, so that no style is needed; `label` is its twin. */
export function line(
  total: number,
  bars: readonly Bar[],
  label: string,
  size: "" | "thin" | "tall" = "",
): TemplateResult {
  return html`<svg
    class="cov ${size}"
    viewBox="0 0 ${Math.max(total, 1)} 10"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label || nothing}
  >
    ${bars.map(
      (bar) =>
        svg`<rect class=${bar.kind} x=${bar.start} width=${Math.max(bar.length, 0)} height="10"></rect>`,
    )}
  </svg>`;
}

/** Keeps keyboard focus moving inside a group with one tab stop (tabs, toolbar). */
export function rove(event: KeyboardEvent, selector: string): void {
  const box = event.currentTarget as HTMLElement;
  const stops = [...box.querySelectorAll<HTMLElement>(selector)].filter(
    (stop) => stop.offsetParent !== null,
  );
  const now = stops.indexOf(document.activeElement as HTMLElement);
  if (now < 0) return;
  const move = { ArrowRight: 1, ArrowLeft: -1, Home: -now, End: stops.length - 1 - now }[event.key];
  if (move === undefined) return;
  event.preventDefault();
  const next = stops[(now + move + stops.length) % stops.length];
  for (const stop of stops) stop.tabIndex = stop === next ? 0 : -1;
  next?.focus();
}
