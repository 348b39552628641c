/** What readers of the screen are told, and how often. */
import { t } from "../i18n";
import type { RoomEventMessage, RoomState } from "../protocol.gen";
import type { Announcer } from "../ui/announce";
import { nameOf } from "../ui/part";
import { RECORDING_SAID } from "./recording";
import { chatVoice } from "./settings";

const CHAT_EVERY = 15_000;
const HANDS_EVERY = 10_000;

export class Narrator {
  #lines = 0;
  #lastChat = 0;
  #lastHands = 0;

  constructor(private readonly voice: Announcer) {}

  /** Called after the event was applied to `room`. */
  tell(event: RoomEventMessage, room: RoomState, staff: boolean): void {
    switch (event.type) {
      case "class.started":
        return this.voice.say(t("say.started"));
      case "class.ended":
        return this.voice.say(t("say.ended"));
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
      case "hands.changed":
        return staff ? this.#hands(event.total) : undefined;
      case "chat.posted":
        return event.line.author.id === room.me.id
          ? undefined
          : this.#chat(nameOf(event.line.author), event.line.text);
      default:
        return undefined;
    }
  }

  /** Said at once: what the person has just changed herself. */
  interrupt(text: string): void {
    this.voice.interrupt(text);
  }

  #hands(total: number): void {
    const now = performance.now();
    if (total === 0 || now - this.#lastHands < HANDS_EVERY) return;
    this.#lastHands = now;
    this.voice.say(t("say.hands", { n: total }));
  }

  #chat(name: string, text: string): void {
    const how = chatVoice();
    if (how === "all") this.voice.say(`${name}${t("sep.colon")}${text}`);
    if (how !== "summary") return;
    this.#lines += 1;
    const now = performance.now();
    if (now - this.#lastChat < CHAT_EVERY) return;
    this.#lastChat = now;
    this.voice.say(t("say.chat", { n: this.#lines }));
    this.#lines = 0;
  }
}
