/** The desk beside the stage: what it shows of a visit, and which command each act becomes. */
import { html, type TemplateResult } from "lit";

import type { DoorAct } from "./lobby";
import type { ChatLine, Person, PollState, RoomState } from "../protocol.gen";
import type { Tab } from "./panel";
import type { Written } from "./composer";
import type { NewPoll } from "./poll-draft";
import type { PollAct } from "./tray";
import type { QuestionDraft } from "./questions";
import type { Visit } from "./visit";
import "./panel";

export interface DeskView {
  readonly tab: Tab;
  readonly sheet: "poll" | "tabs";
  readonly unread: number;
  /** The poll above the tabs of a member. */
  readonly docked: PollState | null;
  readonly openTab: (tab: Tab) => void;
  readonly toPoll: () => void;
  /** Somebody else's line is about to be taken back. */
  readonly askRecall: (line: ChatLine) => void;
  /** Somebody is about to be sent out. */
  readonly askRemove: (person: Person) => void;
}

export function desk(visit: Visit, room: RoomState, view: DeskView): TemplateResult {
  const { classroom, results } = visit;
  return html`<lc-panel
    .room=${room}
    .tab=${view.tab}
    .staff=${visit.staff}
    .pending=${classroom.pending}
    .linked=${visit.linked}
    .now=${Math.floor(classroom.now())}
    .handsTotal=${classroom.handsTotal}
    .dock=${visit.staff ? null : view.docked}
    .held=${visit.staff ? results.inFront(room.polls, true) : null}
    .drafts=${visit.drafts}
    .whispers=${visit.whispers}
    .history=${visit.history}
    .sheet=${view.sheet}
    .unread=${view.unread}
    @tab=${(event: CustomEvent<Tab>) => view.openTab(event.detail)}
    @to-poll=${view.toPoll}
    .people=${visit.mentions}
    @say=${({ detail }: CustomEvent<Written>) => visit.say(detail)}
    @ask=${({ detail }: CustomEvent<{ text: string; anonymous: boolean }>) =>
      void classroom.act({ type: "question.ask", ...detail })}
    @vote=${({ detail }: CustomEvent<{ poll: number; options: number[]; answers: string[] }>) =>
      void classroom.act({ type: "poll.vote", ...detail })}
    @chat=${({ detail: { name, line } }: CustomEvent<{ name: string; line: ChatLine }>) =>
      name === "recall" && line.author.id !== room.me.id
        ? view.askRecall(line)
        : visit.chat(name, line)}
    @question=${({ detail }: CustomEvent<QuestionDraft>) => void classroom.act(detail)}
    @lower=${({ detail }: CustomEvent<{ member: number }>) =>
      void classroom.act({ type: "hand.lower", member: detail.member })}
    @speak=${({ detail }: CustomEvent<{ member: number; on: boolean }>) =>
      void classroom.act({
        type: detail.on ? "speaker.invite" : "speaker.end",
        member: detail.member,
      })}
    @remove=${({ detail }: CustomEvent<Person>) => view.askRemove(detail)}
    @door=${({ detail }: CustomEvent<DoorAct>) => void classroom.act(detail)}
    @readmit=${({ detail }: CustomEvent<Person>) =>
      void classroom.act({ type: "member.readmit", member: detail.id })}
    @poll-create=${({ detail }: CustomEvent<NewPoll>) =>
      void classroom.act({ type: "poll.create", ...detail })}
    @poll-act=${({ detail }: CustomEvent<{ name: PollAct; poll: number }>) =>
      void classroom.act({ type: `poll.${detail.name}`, poll: detail.poll })}
    @poll-answer=${({ detail }: CustomEvent<{ poll: number; answer: number; shown: boolean }>) =>
      void classroom.act({ type: "poll.moderate", ...detail })}
    @dismiss=${({ detail }: CustomEvent<number>) => visit.putAway(detail)}
  ></lc-panel>`;
}
