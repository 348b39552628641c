/**
 * One visit to one room: state, line, what is sent, watched and heard, put together.
 *
 * The shell draws it and passes on what the person does; nothing here renders.
 */
import { Gauge } from "../media/quality";
import { Delayed } from "../media/delayed";
import { type PictureChoice, rememberedChoice } from "../media/wish";
import { type RoomData, socketUrl, streamUrl } from "../page";
import type {
  ChatLine,
  RoomCommand,
  RoomEventMessage,
  RoomState,
  StreamName,
} from "../protocol.gen";
import { Captioning } from "../captions/over";
import { Classroom, newId } from "./classroom";
import { realClock } from "./clock";
import { LineWatch } from "./line-watch";
import { Drafts } from "./drafts";
import { Floor } from "./floor";
import type { FloorAct } from "./floor-bar";
import { Comments } from "./comments";
import type { Written } from "./composer";
import { History } from "./history";
import { BurstCounter } from "./reactions";
import { Show } from "../slides/show";
import { type WhisperSide, whisperSide } from "../whisper/side";
import { Results } from "./results";
import { Sound } from "./sound";
import { Studio } from "./studio";
import { TicketOffice } from "./tickets";
import { Voice } from "./voice";
import { Watcher } from "./watcher";
import { Mentions } from "./writing";

export interface VisitOptions {
  /** Something to be drawn is different. */
  readonly onChange: () => void;
  /** Each event after it was applied. */
  readonly onEvent: (event: RoomEventMessage, room: RoomState) => void;
  readonly onRefused: (command: RoomCommand, code: string, message: string) => void;
}

/** Events after which something else may be on the stage. */
const FOLLOWED: ReadonlySet<string> = new Set(["snapshot", "stage.changed", "speakers.changed"]);

export class Visit {
  readonly classroom: Classroom;
  readonly studio: Studio;
  readonly watcher: Watcher;
  readonly delayed: Delayed;
  readonly sound: Sound;
  /** Those who speak beside the lecturer. */
  readonly floor: Floor;
  /** Oneself, when asked to speak. */
  readonly voice: Voice;
  readonly bursts: BurstCounter;
  readonly drafts: Drafts;
  readonly results: Results;
  readonly line: LineWatch;
  readonly show: Show;
  readonly captions: Captioning;
  readonly whispers: WhisperSide;
  readonly history: History;
  readonly comments: Comments;
  readonly mentions: Mentions;
  /** The class is being started: devices first, then the command. */
  starting = false;
  /** Of what this page sends. */
  readonly sent = new Gauge();
  #shut = false;
  readonly #tickets: TicketOffice;

  constructor(
    readonly data: RoomData,
    private readonly options: VisitOptions,
  ) {
    const { code, urls, me } = data;
    const { onChange } = options;
    this.#tickets = new TicketOffice({ url: urls.ticket, csrf: data.csrf });
    this.sound = new Sound(onChange);
    this.drafts = new Drafts(sessionStorage, `liveclass.drafts.${code}.${me.id}`);
    this.results = new Results(sessionStorage, `liveclass.results.${code}.${me.id}`);
    this.bursts = new BurstCounter(onChange);
    this.classroom = new Classroom({
      code,
      member: me.id,
      url: socketUrl(urls.ws, data.lang, location.href),
      tickets: this.#tickets,
      connect: (url) => new WebSocket(url),
      shelf: sessionStorage,
      clock: realClock,
      newId,
      onChange: () => this.#linkChanged(),
      onEvent: (event) => this.#event(event),
      onRefused: options.onRefused,
    });
    this.whispers = whisperSide(urls, this.drafts, this.classroom);
    this.history = new History(urls, me.id, this.staff);
    this.comments = new Comments(urls);
    this.mentions = new Mentions(() => this.room, urls);
    this.captions = new Captioning(this.classroom, onChange);
    this.show = new Show({
      urls,
      csrf: data.csrf,
      staff: this.staff,
      act: (command) => this.classroom.act(command),
      point: (x, y) => this.classroom.point(x, y),
      onChange,
    });
    this.studio = new Studio({
      code,
      url: (stream) => streamUrl(urls.whip, stream),
      token: (fresh) => this.#mediaToken("publish", fresh),
      servers: () => this.#tickets.servers,
      profile: wish("layers") ? "layers" : (data.mediaProfile ?? "normal"),
      onChange,
    });
    this.delayed = new Delayed({
      url: (stream) => `${streamUrl(urls.hls, stream)}/index.m3u8`,
      token: (fresh) => this.#mediaToken("watch", fresh),
      program: urls.player,
      soundOnly: () => this.watcher.audioOnly,
      onChange,
    });
    this.watcher = new Watcher({
      delayed: this.delayed,
      onWish: (wish) => this.floor.choose(wish),
      url: (stream) => streamUrl(urls.whep, stream),
      token: (fresh) => this.#mediaToken("watch", fresh),
      servers: () => this.#tickets.servers,
      onChange,
    });
    this.floor = new Floor({
      url: streamUrl(urls.whep, "speakers"),
      token: (fresh) => this.#mediaToken("watch", fresh),
      servers: () => this.#tickets.servers,
      audioOnly: () => this.watcher.audioOnly,
      wish: () => this.watcher.wanted,
      onChange,
    });
    this.voice = new Voice({
      url: streamUrl(urls.whip, `speaker-${me.id}`),
      token: (fresh) => this.#mediaToken("speak", fresh),
      servers: () => this.#tickets.servers,
      profile: data.mediaProfile ?? "normal",
      onChange,
    });
    const { classroom, studio, watcher } = this;
    this.line = new LineWatch({ host: this.host, classroom, studio, watcher, onChange });
  }

  get room(): RoomState | null {
    return this.classroom.room;
  }

  /** Host and assistants work at the console. */
  get staff(): boolean {
    return this.data.mode === "console";
  }

  get host(): boolean {
    return this.data.me.role === "host";
  }

  get linked(): boolean {
    return this.classroom.link.phase === "open";
  }

  // ---- coming and going

  /** The lecturer needs no sound to be started; others were here before, or come from “Join”. */
  get entersAtOnce(): boolean {
    return this.host || wish("join") || sessionStorage.getItem(this.#joinedKey) !== null;
  }

  /** `how` is left out when the page comes back: then it is as it was before. */
  enter(how?: { readonly audioOnly: boolean }): void {
    const kept = sessionStorage.getItem(this.#joinedKey);
    const sound = how ? rememberedChoice() === "sound" : kept === "audio";
    this.watcher.audioOnly = how?.audioOnly || sound;
    this.#remember();
    if (!this.host) this.sound.unlock();
    this.floor.unlock();
    this.classroom.enter();
  }

  leave(): void {
    sessionStorage.removeItem(this.#joinedKey);
    this.studio.stop();
    this.#listenNoMore();
    this.classroom.leave();
  }

  /** The page is hidden for good, or kept by the browser for the back button. */
  hide(): void {
    this.studio.leavePage();
    this.#listenNoMore(true);
  }

  comeBack(): void {
    this.classroom.probe();
    void this.studio.comeBack();
    this.follow();
  }

  // ---- stage

  /** Match what is watched and sent with the stage. */
  follow(): void {
    const room = this.room;
    if (!room) return;
    const own = new Set<StreamName>();
    if (this.host) own.add("camera");
    if (this.host || this.studio.sharing) own.add("screen");
    this.watcher.follow(room, own);
    this.floor.follow(room);
    this.voice.follow(room);
    this.studio.stageChanged(room);
  }

  async start(): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    this.options.onChange();
    await this.studio.goLive();
    await this.classroom.act({ type: "class.start" });
    this.starting = false;
    this.options.onChange();
  }

  async goOnAir(): Promise<void> {
    this.studio.stop();
    await this.studio.goLive();
    this.follow();
  }

  toggleAudioOnly(): void {
    this.watcher.setAudioOnly(!this.watcher.audioOnly);
    this.#pictureChanged();
  }

  /** Another quality of the pictures, or none, from now on in this browser. */
  choosePicture(choice: PictureChoice): void {
    this.watcher.choose(choice);
    this.#pictureChanged();
  }

  #pictureChanged(): void {
    this.#remember();
    this.follow();
    this.options.onChange();
  }

  /** The self tests offer it: what is sent, or watched, is made anew. */
  again(): void {
    if (this.host) return void this.goOnAir();
    this.watcher.stop();
    this.follow();
  }

  /** Once a second; every other one the sending connection is measured. */
  second(tick: number): void {
    if (this.room && this.room.phase !== "ended") void this.line.second();
    const pc = this.studio.connection;
    if (this.studio.on && pc && tick % 2 === 0) void this.sent.measure(pc);
  }

  /** What a member who was asked to speak does. */
  speak(act: FloorAct): void {
    const { voice } = this;
    if (act === "mic") {
      voice.toggleMic();
      if (voice.mic && voice.muted === "asked") void this.classroom.act({ type: "speaker.unmute" });
    } else if (act === "cam") void voice.toggleCam();
    else if (act !== "end") void voice.begin(act === "begin_cam");
    else {
      voice.stop();
      void this.classroom.act({ type: "speaker.end" });
    }
  }

  // ---- small acts

  say({ text, replyTo, editing, mentions, announcement }: Written): void {
    if (editing !== null) return void this.classroom.act({ type: "chat.edit", message: editing, text });
    void this.classroom.act({ type: "chat.post", text, reply_to: replyTo, mentions, announcement });
  }

  chat(name: string, line: ChatLine): void {
    if (name === "recall") void this.classroom.act({ type: "chat.recall", message: line.id });
    if (name === "pin") void this.classroom.act({ type: "chat.pin", message: line.id });
    if (name === "unpin") void this.classroom.act({ type: "chat.pin", message: null });
  }

  /** The result of `poll` has been looked at. */
  putAway(poll: number): void {
    this.results.putAway(poll);
    this.options.onChange();
  }

  /** Words that the server did not take go back to where they were written. */
  keepRefused(command: RoomCommand): void {
    if (command.type === "chat.post" || command.type === "chat.edit") this.drafts.restore("chat", command.text);
    if (command.type === "question.ask") this.drafts.restore("questions", command.text);
    if (command.type === "question.answer" && command.text) {
      this.drafts.restore(`answer:${command.question}`, command.text);
    }
  }

  // ---- within

  get #joinedKey(): string {
    return `liveclass.joined.${this.data.code}`;
  }

  #remember(): void {
    sessionStorage.setItem(this.#joinedKey, this.watcher.audioOnly ? "audio" : "all");
  }

  async #mediaToken(act: "publish" | "watch" | "speak", fresh: boolean): Promise<string> {
    if (fresh) this.#tickets.drop();
    let { media } = await this.#tickets.get();
    if (act === "speak" && media.speak === null) {
      this.#tickets.drop(); // from before she was asked
      ({ media } = await this.#tickets.get());
    }
    return media[act] ?? "";
  }

  /** What is watched here ends, and what was said as a speaker. */
  #listenNoMore(leaving = false): void {
    this.watcher.stop(leaving);
    this.floor.stop(leaving);
    this.voice.stop(leaving);
  }

  #event(event: RoomEventMessage): void {
    const room = this.room;
    if (!room) return;
    this.show.follow(room, event);
    this.history.meet(event, room);
    this.comments.meet(event, this.data.me.id);
    this.captions.follow(event);
    if (FOLLOWED.has(event.type)) this.follow();
    if (event.type === "snapshot" && this.host) this.#resume(room);
    if (event.type === "class.ended" || room.phase === "ended") this.#over();
    if (event.type === "poll.published") this.results.bring(event.poll);
    if (event.type === "poll.closed" && this.staff) this.results.bring(event.poll);
    if (event.type === "reaction.burst") this.bursts.add(event.counts);
    this.options.onEvent(event, room);
  }

  /** The server said not to come back: what is sent and watched here ends too. */
  #linkChanged(): void {
    if (this.classroom.link.phase === "closed" && !this.#shut) {
      this.#shut = true;
      this.#over();
      this.sound.play(null);
    }
    this.options.onChange();
  }

  /** The lecturer is back, or came from the device check to start. */
  #resume(room: RoomState): void {
    const start = wish("start");
    if (start) window.history.replaceState(null, "", location.pathname);
    if (start && room.phase === "scheduled") void this.start();
    else if (room.phase === "live" && (start || this.studio.wasOn)) {
      void this.studio.goLive().then(() => this.follow());
    }
  }

  #over(): void {
    if (this.studio.on || this.studio.sharing) this.studio.stop();
    this.#listenNoMore();
    this.line.stop();
  }
}

function wish(name: string): boolean {
  return new URLSearchParams(location.search).has(name);
}
