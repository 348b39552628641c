/** The room page: draws a visit and passes on what the person does. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import { pageData, type RoomData } from "../page";
import type { PollState, ReactionKind, RoomCommand, RoomEventMessage, RoomState } from "../protocol.gen";
import { Announcer } from "../ui/announce";
import { Part } from "../ui/part";
import type { Alarm, Help } from "../media/alarms";
import { NARROW } from "../ui/width";
import { Narrator } from "./announcements";
import type { Composer } from "./composer";
import type { Control, Sends } from "./controls";
import { desk } from "./desk";
import { type Ask, dialogs } from "./dialogs";
import { banners, topBar } from "./heads";
import { shortcutOf, type Shortcut } from "./keys";
import { floorBar } from "./floor-bar";
import { toggleCaptions } from "../captions/over";
import { lectern } from "../slides/listen";
import { alarmWords } from "./line-words";
import { here } from "./presence";
import type { Panel, Tab } from "./panel";
import { screenTaken } from "./screen";
import { Visit } from "./visit";
import { noticeOf } from "./writing";
import "./closed";
import { entering } from "./gate";
import "./stage";

/** Keys that do nothing any more when the class is over. */
const OVER: ReadonlySet<Shortcut> = new Set(["mic", "cam", "screen", "hand", "react", "here"]);

export class RoomShell extends Part {
  static override properties = {
    entered: { state: true },
    tab: { state: true },
    sheet: { state: true },
    ask: { state: true },
    reacting: { state: true },
    notice: { state: true },
    tick: { state: true },
  };

  declare entered: boolean;
  declare tab: Tab;
  /** On a phone: the docked poll or the tabs. */
  declare sheet: "poll" | "tabs";
  declare ask: Ask;
  declare reacting: boolean;
  /** A refusal to be read; stays until it is closed or something else is done. */
  declare notice: string;
  declare tick: number;
  #visit!: Visit;
  #unread = 0;
  #alarm: Alarm | null = null;
  readonly #narrator: Narrator;

  constructor() {
    super();
    this.entered = false;
    this.tab = "chat";
    this.sheet = "poll";
    this.ask = null;
    this.reacting = false;
    this.notice = "";
    this.tick = 0;
    const region = (name: string) => () => this.querySelector<HTMLElement>(`[data-${name}]`);
    this.#narrator = new Narrator(new Announcer(region("polite"), region("assertive")));
  }

  // ---- life

  override connectedCallback(): void {
    super.connectedCallback();
    const visit = new Visit(pageData<RoomData>("room-data"), {
      onChange: () => this.requestUpdate(),
      onEvent: (event, room) => this.#event(event, room),
      onRefused: (command, code, message) => this.#refused(command, code, message),
    });
    this.#visit = visit;
    addEventListener("online", () => visit.classroom.probe());
    addEventListener("offline", () => visit.classroom.probe());
    addEventListener("pagehide", () => visit.hide());
    addEventListener("pageshow", (event) => {
      if (event.persisted && this.entered) visit.comeBack();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.entered) visit.classroom.probe();
    });
    document.addEventListener("keydown", (event) => this.#key(event));
    lectern(visit.show, () => this.entered && this.ask === null);
    setInterval(() => visit.second((this.tick += 1)), 1000);
    if (visit.staff) this.tab = "questions";
    if (visit.entersAtOnce) this.#enter();
  }

  #enter(how?: { audioOnly: boolean }): void {
    this.entered = true;
    this.#visit.enter(how);
  }

  #leave(): void {
    this.#visit.leave();
    location.assign(this.#visit.data.urls.home);
  }

  // ---- what arrives

  #event(event: RoomEventMessage, room: RoomState): void {
    switch (event.type) {
      case "chat.posted": {
        const seen = this.tab === "chat" && (this.sheet === "tabs" || !this.#docked(room));
        if (seen || event.line.author.id === room.me.id) break;
        this.#unread += 1;
        this.notice = noticeOf(event.line, room.me.id) || this.notice;
        break;
      }
      case "poll.opened":
        // A new poll comes forward, but not in the middle of a sentence.
        if (!this.querySelector("lc-composer input:focus:not(:placeholder-shown)")) {
          this.sheet = "poll";
        }
        break;
    }
    this.#narrator.tell(event, room, this.#visit.staff);
  }

  #refused(command: RoomCommand, code: string, message: string): void {
    this.notice = message || t(code === "outbox_full" ? "refused.outbox" : "refused.other");
    this.#visit.keepRefused(command);
    this.querySelector<Composer>("lc-composer")?.requestUpdate();
  }

  // ---- what the person does

  #control(control: Control): void {
    const { classroom, studio, room } = this.#visit;
    this.notice = "";
    switch (control) {
      case "hand":
        return void classroom.act({ type: room?.hand_up ? "hand.lower" : "hand.raise" });
      case "ask":
        return this.#openTab("questions", true);
      case "chat":
        return this.#openTab("chat", true);
      case "people":
        return this.#openTab("people", false);
      case "react":
        this.reacting = !this.reacting;
        return;
      case "audio":
        return this.#visit.toggleAudioOnly();
      case "mic":
        return void studio.toggleMic().then(() => {
          this.#narrator.interrupt(t(studio.mic ? "say.mic_on" : "say.mic_off"));
        });
      case "cam":
        return void studio.toggleCam();
      case "screen":
        return this.#toggleScreen();
      case "start":
        return void this.#visit.start();
      case "before":
      case "next":
        return this.#visit.show.step(control === "next" ? 1 : -1);
      case "slides":
        void this.#visit.show.refresh();
        this.ask = control;
        return;
      case "more":
      case "end":
      case "leave":
        this.ask = control;
        return;
    }
  }

  /** The one act that an alarm offers. */
  #help(what: Exclude<Help, "none">): void {
    if (what === "unmute") return this.#control("mic");
    if (what === "sound_only") return this.#control("audio");
    if (what === "devices") this.ask = "more";
    else this.#visit.again();
  }

  #shortcut(does: Shortcut): void {
    switch (does) {
      case "help":
        this.ask = "keys";
        return;
      case "poll":
        return this.#toPoll();
      case "pages": return;
      case "here": return here(this.#visit, this);
      case "captions": return toggleCaptions(this);
      case "region":
        return this.#nextRegion();
      default:
        return this.#control(does);
    }
  }

  #key(event: KeyboardEvent): void {
    if (!this.entered || !this.#visit.room) return;
    if (event.key === "Escape") this.reacting = false;
    const does = shortcutOf(event, this.#visit.data.me.role);
    if (!does || this.ask || (OVER.has(does) && this.#visit.room.phase === "ended")) return;
    event.preventDefault();
    this.#shortcut(does);
  }

  #toPoll(): void {
    this.sheet = "poll";
    if (this.#visit.staff && matchMedia(NARROW).matches) this.tab = "polls";
    void this.updateComplete.then(() => {
      const input = this.querySelector<HTMLElement>(".poll.open input");
      (input ?? this.querySelector<HTMLElement>(".poll .pq"))?.focus();
    });
  }

  #nextRegion(): void {
    const regions = ["stage", "panel", "controls"]
      .map((id) => this.querySelector<HTMLElement>(`#${id}`))
      .filter((one) => one !== null);
    const now = regions.findIndex((one) => one.contains(document.activeElement));
    const next = regions[(now + 1) % regions.length];
    (next?.id === "controls" ? next.querySelector<HTMLElement>(".ctl") : next)?.focus();
  }

  #openTab(tab: Tab, write: boolean): void {
    this.tab = tab;
    this.sheet = "tabs";
    if (tab === "chat") this.#unread = 0;
    if (!write) return;
    void this.updateComplete.then(async () => {
      const panel = this.querySelector<Panel>("lc-panel");
      await panel?.updateComplete;
      panel?.write();
    });
  }

  #toggleScreen(): void {
    const { room, studio } = this.#visit;
    if (!room || screenTaken(room, studio.sharing)) return;
    if (studio.sharing) studio.stopScreen();
    else studio.shareScreen().catch(() => (this.notice = t("device.screen_failed")));
  }

  // ---- what is seen

  protected override willUpdate(_changed: PropertyValues<this>): void {
    const { watcher, sound, studio, classroom, room } = this.#visit;
    const camera = watcher.of("camera");
    sound.play(camera?.media ?? null);
    const { alarm } = this.#visit.line;
    if (alarm && alarm !== this.#alarm) this.#narrator.interrupt(alarmWords(alarm));
    this.#alarm = alarm;
    this.dataset["link"] = classroom.link.phase;
    this.dataset["phase"] = room?.phase ?? "";
    this.dataset["camera"] = camera?.status.phase ?? "none";
    this.dataset["sending"] = studio.camera.phase;
    this.toggleAttribute("data-dropping", this.#visit.show.dropping);
  }

  protected override updated(): void {
    this.#visit.sound.mount(this);
    this.#visit.floor.mount(this);
  }

  protected override render(): TemplateResult {
    return html`${this.#page()}
      <p class="vh" role="status" aria-live="polite" data-polite></p>
      <p class="vh" role="alert" aria-live="assertive" data-assertive></p>`;
  }

  #page(): TemplateResult {
    const visit = this.#visit;
    const { data, staff, room } = visit;
    const { link } = visit.classroom;
    if (!this.entered) {
      return html`<lc-gate
        .heading=${data.title}
        .org=${data.orgName}
        .recording=${data.recording ?? false}
        .replay=${data.recorded ? data.urls.replay : ""}
        @join=${(event: CustomEvent<{ audioOnly: boolean }>) => this.#enter(event.detail)}
      ></lc-gate>`;
    }
    if (link.phase === "closed") {
      const home = data.urls.home;
      return html`<lc-closed .code=${link.code} .message=${link.message} .home=${home}></lc-closed>`;
    }
    return html`<div class="room stage-ui ${staff ? "console" : ""}">
        ${topBar(visit, room, (what) => (what === "line" ? (this.ask = what) : this.#control(what)))}
        ${banners(visit, this.notice, () => (this.notice = ""), (what) => this.#help(what))}
        <main id="main" class="room-main">
          ${room ? html`${this.#stage(room)} ${visit.captions.over(room)} ${floorBar(this.#visit, room)} ${this.#line(room)} ${this.#panel(room)}` : entering()}
        </main>
        ${room ? this.#controls(room) : nothing}
      </div>
      ${
        room
          ? dialogs(
              visit,
              room,
              this.ask,
              () => (this.ask = null),
              () => this.#leave(),
              (ask) => (this.ask = ask),
            )
          : nothing
      }`;
  }

  #stage(room: RoomState): TemplateResult {
    const { host, studio, classroom, watcher, bursts, data } = this.#visit;
    if (host) {
      return html`<lc-console
        .room=${room}
        .studio=${studio}
        .tick=${this.tick}
        .handsTotal=${classroom.handsTotal}
        .bursts=${bursts.counts}
        .summary=${data.urls.summary}
        .check=${data.urls.check}
        @go=${() => void this.#visit.goOnAir()}
        @share=${() => this.#toggleScreen()}
        @obs=${() => (this.ask = "obs")}
        .show=${this.#visit.show}
        .beat=${this.#visit.show.beat}
      ></lc-console>`;
    }
    return html`<lc-stage
      .room=${room}
      .camera=${watcher.of("camera")}
      .screen=${watcher.of("screen")}
      .audioOnly=${watcher.audioOnly}
      .summary=${data.urls.summary}
      .bursts=${bursts.counts}
      .show=${this.#visit.show}
      .beat=${this.#visit.show.beat}
      .speaker=${this.#visit.floor.picture}
      .seen=${this.#visit.floor.seen}
    ></lc-stage>`;
  }

  #line(room: RoomState): TemplateResult {
    const now = this.#visit.classroom.now();
    return html`<lc-line
      .room=${room}
      .now=${now - (now % 10)}
      .host=${this.#visit.host}
      @how=${() => (this.ask = "how")}
    ></lc-line>`;
  }

  /** The poll above the tabs: the open one, else the result in front. */
  #docked(room: RoomState): PollState | null {
    const open = room.polls.findLast((poll) => poll.phase === "open");
    return open ?? this.#visit.results.inFront(room.polls, false);
  }

  #panel(room: RoomState): TemplateResult {
    return desk(this.#visit, room, {
      tab: this.tab,
      sheet: this.sheet,
      unread: this.#unread,
      docked: this.#docked(room),
      openTab: (tab) => this.#openTab(tab, false),
      toPoll: () => this.#toPoll(),
      askRecall: (line) => (this.ask = { recall: line }),
      askRemove: (person) => (this.ask = { remove: person }),
    });
  }

  #controls(room: RoomState): TemplateResult {
    const { studio, watcher, classroom, data, starting } = this.#visit;
    const { on, mic, cam, sharing } = studio;
    const sends: Sends = { on, mic, cam, sharing, noScreen: screenTaken(room, sharing) };
    return html`<lc-controls
      .who=${data.me.role}
      .phase=${room.phase}
      .handUp=${room.hand_up}
      .floor=${room.floor}
      .audioOnly=${watcher.audioOnly}
      .reacting=${this.reacting}
      .sends=${sends}
      .tab=${this.sheet === "tabs" ? this.tab : ""}
      .starting=${starting}
      .slides=${room.slides !== null && room.phase !== "ended"}
      @control=${(event: CustomEvent<Control>) => this.#control(event.detail)}
      @react=${(event: CustomEvent<ReactionKind>) => {
        this.reacting = false;
        classroom.react(event.detail);
      }}
    ></lc-controls>`;
  }
}
