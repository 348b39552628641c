/** Comments that cross the stage: loaded for who wants them or may choose, see `room/comments.ts`. */
import type { RoomEventMessage } from "../protocol.gen";
import type { CommentPlaces } from "../room/comments";
import { wear } from "../ui/sheet";
import { Choice } from "./choice";
import { Flight } from "./flight";
import { commentsOn, whenChosen } from "./wish";

let flight: Flight | null = null;

export function dress(places: CommentPlaces): void {
  void wear(places.commentsStyles);
}

export function meet(event: RoomEventMessage, me: number): void {
  if (event.type === "class.ended") return land();
  if (!commentsOn()) return;
  flight ??= new Flight(me);
  if (event.type === "chat.posted") flight.add(event.line);
  if (event.type === "chat.recalled") flight.remove(event.message);
}

function land(): void {
  flight?.stop();
  flight = null;
}

whenChosen(() => {
  if (!commentsOn()) land();
});
customElements.define("lc-comments-choice", Choice);
