/** Whether one may write in the chat now, when again, and whom an @ may mean. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { ChatLine, Person, RoomState } from "../protocol.gen";
import { nameOf } from "../ui/part";
import type { Naming, People } from "./composer";

export interface MentionPlaces {
  readonly mentionProgram: string;
}

/** Why nothing can be written; empty when it can. */
export function closedWords({ phase, chat_rules, chat_muted }: RoomState, staff: boolean): string {
  if (phase === "ended") return t("room.ended_closed");
  if (staff) return "";
  if (chat_muted) return t("chat.muted");
  return chat_rules.closed ? t("chat.closed") : "";
}

/** At what pace members write. */
export function paceLine({ chat_rules }: RoomState): TemplateResult | typeof nothing {
  if (chat_rules.slow === 0) return nothing;
  return html`<p class="hint pace">${t("chat.slow", { n: chat_rules.slow })}</p>`;
}

/** Seconds until a member may write again; `now`: unix seconds of the server. */
export function waitFor({ chat, chat_rules, me }: RoomState, staff: boolean, now: number): number {
  if (staff || chat_rules.slow === 0) return 0;
  const last = chat.findLast((line) => line.author.id === me.id);
  return last ? Math.max(0, Math.ceil(last.at + chat_rules.slow - now)) : 0;
}

/** What is said about a line that is for everybody, or for her, to whom is looking elsewhere. */
export function noticeOf(line: ChatLine, me: number): string {
  const name = nameOf(line.author);
  if (line.announcement) return t("say.announcement", { name, text: line.text });
  return line.mentions.includes(me) ? t("say.mentioned", { name, text: line.text }) : "";
}

/** Who is here or has written, each once; not oneself. */
export function known(room: RoomState): readonly Person[] {
  const people = [...room.presence.people, ...room.chat.map((line) => line.author)];
  const seen = new Map(people.map((person) => [person.id, person]));
  seen.delete(room.me.id);
  return [...seen.values()];
}

/** Offers names once somebody types an @: its program is loaded then, and not before. */
export class Mentions implements People {
  constructor(
    private readonly room: () => RoomState | null,
    private readonly places: MentionPlaces,
  ) {}

  attach(input: HTMLInputElement): Naming {
    let offer: Naming | null = null;
    const people = (): readonly Person[] => {
      const room = this.room();
      return room ? known(room) : [];
    };
    void (import(this.places.mentionProgram) as Promise<typeof import("../mention/program")>).then(
      ({ Offer }) => (offer = new Offer(input, people)),
      () => undefined, // the line is cut: the sign stays a sign
    );
    return { meant: (text) => offer?.meant(text) ?? [] };
  }
}
