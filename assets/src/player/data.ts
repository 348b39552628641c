/** What the server tells the page of a lesson; made by `courses.player.views`. */
import type { Range } from "./cover";
import type { Point } from "./docked";

export interface LessonData {
  readonly kind: "video" | "audio" | "document";
  readonly lang: string;
  readonly csrf: string;
  readonly title: string;
  /** Whose page it is: what waits on this device is hers. */
  readonly member: number;
  /** Nothing is counted. */
  readonly preview: boolean;
  readonly version: number;
  /** Ticks of a tenth of a second, or pages. */
  readonly length: number;
  readonly watched: readonly Range[];
  readonly position: number;
  readonly permille: number;
  /** Thousandths that the course asks for. */
  readonly needs: number;
  /** Speed up to which playing counts. */
  readonly fastest: number;
  /** Where questions are asked. */
  readonly checkpoints: readonly Point[];
  readonly captions: readonly { readonly language: string; readonly src: string }[];
  readonly urls: {
    readonly open: string;
    readonly watched: string;
    readonly file: string;
    /** One picture of a film; empty for what has none. */
    readonly poster: string;
    readonly hls: string;
    readonly pdf: string;
    readonly pdfWorker: string;
    readonly pdfMaps: string;
    readonly pdfFonts: string;
  };
}
