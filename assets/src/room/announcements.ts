/** What readers of the screen are told, and how often. */
import { t } from "../i18n";
import type { ChatLine, CheckState, RoomEventMessage, RoomState } from "../protocol.gen";
import type { Announcer } from "../ui/announce";
import { nameOf } from "../ui/part";
import { clockTime, dayTime } from "../ui/time";
import { ChatVoice } from "./chat-voice";
import { RECORDING_SAID } from "./recording";
import { isOwn } from "./state";
import { noticeOf } from "./writing";

const HANDS_EVERY = 10_000;

export class Narrator {
  #lastHands = 0;
  #atTheDoor = 0;
  #unread = 0;

  readonly #chat: ChatVoice;

  constructor(private readonly voice: Announcer) {
    this.#chat = new ChatVoice((text) => voice.say(text));
  }

  /** Called after the event was applied to `room`. */
  tell(event: RoomEventMessage, room: RoomState, staff: boolean): void {
    switch (event.type) {
      case "class.started":
        return this.voice.say(t("say.started"));
      case "class.ended":
        return this.voice.say(t("say.ended"));
      case "break.changed": {
        // a break lasts a minute at least, so a clock that is a little wrong does no harm
        const over = event.span.until < Date.now() / 1000 + 30;
        return this.voice.say(
          t(over ? "break.over" : "say.break", { time: clockTime(event.span.until) }),
        );
      }
      case "checks.announced":
        return this.voice.say(t("check.announced", { n: event.most }));
      case "check.opened":
        return staff ? undefined : this.#check(event.check);
      case "class.moved":
        return this.voice.say(t("say.moved", { when: dayTime(event.starts_at) }));
      case "poll.opened":
        return this.voice.say(t("say.poll_opened", { question: event.poll.question }));
      case "poll.closed":
        return this.voice.say(t("say.poll_closed"));
      case "poll.published":
        return this.voice.say(t("say.poll_published"));
      case "recording.changed": {
        const words = RECORDING_SAID[event.phase];
        return words ? this.voice.say(t(words)) : undefined;
      }
      case "whisper.mine":
        return this.#whisper(event.whispers.unread);
      case "question.changed": {
        const { phase } = event.question;
        if (phase === "waiting" || staff || !isOwn(room, event.question)) return undefined;
        return this.voice.say(t(`say.question_${phase}`));
      }
      case "hands.changed":
        return staff ? this.#hands(event.total) : undefined;
      case "reports.changed":
        return event.reports.length > 0 ? this.voice.say(t("say.reports", { n: event.reports.length })) : undefined;
      case "admission.changed":
        return this.#waiting(event.admission.total);
      case "chat.posted":
        return event.line.author.id === room.me.id ? undefined : this.#line(event.line, room.me.id);
      case "chat.pinned": {
        const { line } = event; // said to everybody by who holds the class: at once
        if (!line || line.author.id === room.me.id) return undefined;
        return this.voice.say(t("say.pinned", { name: nameOf(line.author), text: line.text }));
      }
      default:
        return undefined;
    }
  }

  /** Said at once: what the person has just changed herself. */
  interrupt(text: string): void {
    this.voice.interrupt(text);
  }

  /** What is for everybody, or for her, is said at once. */
  #line(line: ChatLine, me: number): void {
    const notice = noticeOf(line, me);
    if (notice) this.voice.say(notice);
    else this.#chat.tell(line);
  }

  /** At once: there is not much time to answer. */
  #check({ question }: CheckState): void {
    this.voice.interrupt(question ? t("say.check_question", { question }) : t("say.check"));
  }

  /** That there is one, never what it says: others may hear it. */
  #whisper(unread: number): void {
    if (unread > this.#unread) this.voice.say(t("say.whisper"));
    this.#unread = unread;
  }

  #hands(total: number): void {
    const now = performance.now();
    if (total === 0 || now - this.#lastHands < HANDS_EVERY) return;
    this.#lastHands = now;
    this.voice.say(t("say.hands", { n: total }));
  }

  /** Who comes later waits beside those who were told already. */
  #waiting(total: number): void {
    if (total > this.#atTheDoor) this.voice.say(t("say.waiting", { n: total }));
    this.#atTheDoor = total;
  }
}
