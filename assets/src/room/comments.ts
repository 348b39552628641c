/** Comments that cross the stage: a program of its own, loaded for who wants them or may choose. */
import type { RoomEventMessage } from "../protocol.gen";

export const COMMENTS = "liveclass.comments";

export interface CommentPlaces {
  readonly commentsProgram: string;
  readonly commentsStyles: string;
}

export class Comments {
  #program: typeof import("../comments/program") | null = null;

  constructor(private readonly places: CommentPlaces) {}

  meet(event: RoomEventMessage, me: number): void {
    if (event.type === "snapshot" && wished()) void this.bring();
    this.#program?.meet(event, me);
  }

  async bring(): Promise<void> {
    try {
      const program = (await import(this.places.commentsProgram)) as typeof import("../comments/program");
      program.dress(this.places);
      this.#program = program;
    } catch {
      // The line is cut: with the next snapshot, or when the choice is opened again.
    }
  }
}

function wished(): boolean {
  try {
    return localStorage.getItem(COMMENTS) === "on";
  } catch {
    return false;
  }
}
