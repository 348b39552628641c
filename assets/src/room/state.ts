/**
 * The one home of what the room looks like. Pure: no DOM, no clock, no network.
 *
 * Law, tested with fixtures the server's tests share: old snapshot + events = fresh snapshot.
 */
import {
  type CaptionLine,
  CAPTIONS_IN_SNAPSHOT,
  CHAT_IN_SNAPSHOT,
  type ChatLine,
  type CheckState,
  type PollState,
  type QuestionState,
  type RoomEventMessage,
  type RoomState,
  type SlidesState,
  type StrokeState,
} from "../protocol.gen";

/** The same list with `item` in the place of its namesake, or at the end. */
function put<T extends { readonly id: number }>(list: readonly T[], item: T): readonly T[] {
  return list.some((old) => old.id === item.id)
    ? list.map((old) => (old.id === item.id ? item : old))
    : [...list, item];
}

/** The same list with `change` applied to the item called `id`; untouched when it is unknown. */
function patch<T extends { readonly id: number }>(
  list: readonly T[],
  id: number,
  change: (item: T) => T,
): readonly T[] {
  return list.map((item) => (item.id === id ? change(item) : item));
}

function say(state: RoomState, line: ChatLine): readonly ChatLine[] {
  return put(state.chat, line).slice(-CHAT_IN_SNAPSHOT);
}

function caption(state: RoomState, line: CaptionLine): readonly CaptionLine[] {
  return put(state.captions, line).slice(-CAPTIONS_IN_SNAPSHOT);
}

/** What is known only to this person (own vote, bars, what is right) survives an event for all. */
function meetPoll(state: RoomState, poll: PollState): readonly PollState[] {
  const old = state.polls.find((one) => one.id === poll.id);
  if (!old) return [...state.polls, poll];
  const { voted, mine, my_answers, counts, answers, correct, explanation } = old;
  const own = { voted, mine, my_answers, counts, answers, correct, explanation };
  return put(state.polls, { ...poll, ...own });
}

/** The tray, complete: what waited and is no longer in it is gone. */
function inTray(polls: readonly PollState[], waiting: readonly number[]): readonly PollState[] {
  return polls
    .filter((one) => one.phase !== "prepared" || waiting.includes(one.id))
    .map((one) => (waiting.includes(one.id) ? { ...one, place: waiting.indexOf(one.id) } : one));
}

/** The tray's news of a poll comes too late once it was opened. */
function opened(state: RoomState, id: number): boolean {
  return state.polls.some((poll) => poll.id === id && poll.phase !== "prepared");
}

function meetQuestion(state: RoomState, question: QuestionState): readonly QuestionState[] {
  const old = state.questions.find((one) => one.id === question.id);
  if (question.phase === "dismissed" && !maySeeDismissed(state, question)) {
    return state.questions.filter((one) => one.id !== question.id);
  }
  const { mine = false, flagged = false, aside = null } = old ?? {};
  return put(state.questions, { ...question, mine: question.mine || mine, flagged, aside });
}

function maySeeDismissed(state: RoomState, question: QuestionState): boolean {
  return isStaff(state) || isOwn(state, question);
}

/** Whether this person asked it, with her name or without. */
export function isOwn(state: RoomState, question: QuestionState): boolean {
  return question.author.id === state.me.id || state.asked.includes(question.id);
}

/** The newest check with something of it changed; nothing happens when it is another one. */
function onCheck(
  { check }: RoomState,
  id: number,
  change: Partial<CheckState>,
): Pick<RoomState, "check"> {
  return { check: check?.id === id ? { ...check, ...change } : check };
}

type Slides = Pick<RoomState, "slides">;

/** The slides on the stage with something of them changed; nothing happens without slides. */
function onSlides({ slides }: RoomState, change: Partial<SlidesState>): Slides {
  return { slides: slides && { ...slides, ...change } };
}

function drawn(state: RoomState, stroke: StrokeState): Slides {
  return onSlides(state, { strokes: put(state.slides?.strokes ?? [], stroke) });
}

function erased(state: RoomState, gone: readonly number[]): Slides {
  const left = (state.slides?.strokes ?? []).filter((one) => !gone.includes(one.id));
  return onSlides(state, { strokes: left });
}

/** Host and assistants: they see the bars, the tray and dismissed questions. */
export function isStaff(state: RoomState): boolean {
  return state.me.role !== "member";
}

/** Exhaustiveness: the compiler refuses a call with anything that can still happen. */
export function never(value: never): void {
  void value;
}

/**
 * The room after `event`. Events of unknown type (a newer server) leave it as it is, as do answers
 * to commands and passing reactions, which are no part of the state.
 */
export function apply(state: RoomState, event: RoomEventMessage): RoomState {
  switch (event.type) {
    case "snapshot":
      return event.state;
    case "class.started":
      return { ...state, seq: event.seq, phase: "live", started_at: event.at };
    case "class.ended":
      return { ...state, seq: event.seq, phase: "ended", ended_at: event.at };
    case "break.changed":
      return { ...state, seq: event.seq, breaks: put(state.breaks, event.span) };
    case "checks.announced":
      return { ...state, seq: event.seq, checks: event.most };
    case "check.opened":
      return {
        ...state,
        seq: event.seq,
        check: event.check,
        checks_asked: state.checks_asked + 1,
      };
    case "check.closed":
      return { ...state, seq: event.seq, ...onCheck(state, event.check, { open: false }) };
    case "check.tally": {
      const { answered, asked } = event;
      return { ...state, ...onCheck(state, event.check, { answered, asked }) };
    }
    case "check.mine":
      return { ...state, ...onCheck(state, event.check, { mine: true }) };
    case "class.moved":
      return { ...state, seq: event.seq, starts_at: event.starts_at };
    case "chat.posted":
      return { ...state, seq: event.seq, chat: say(state, event.line) };
    case "chat.recalled":
      return {
        ...state,
        seq: event.seq,
        chat: patch(state.chat, event.message, (line) => ({
          ...line,
          text: "",
          recalled: true,
          recalled_by: event.by,
          edited: false,
          mentions: [],
        })),
        pinned: state.pinned?.id === event.message ? null : state.pinned,
      };
    case "chat.pinned":
      return { ...state, seq: event.seq, pinned: event.line };
    case "chat.edited": {
      const { text } = event;
      const { pinned } = state;
      return {
        ...state,
        seq: event.seq,
        chat: patch(state.chat, event.message, (line) => ({ ...line, text, edited: true })),
        pinned: pinned?.id === event.message ? { ...pinned, text, edited: true } : pinned,
      };
    }
    case "chat.ruled":
      return { ...state, seq: event.seq, chat_rules: event.rules };
    case "spotlight.changed":
      return { ...state, spotlight: event.person };
    case "stage.arranged":
      return { ...state, seq: event.seq, layout: event.layout };
    case "floor.ruled":
      return { ...state, seq: event.seq, floor: event.floor };
    case "chat.mine":
      return { ...state, chat_muted: event.muted };
    case "silent.changed":
      return { ...state, silent: event.people };
    case "poll.opened":
      return { ...state, seq: event.seq, polls: meetPoll(state, event.poll) };
    case "poll.closed":
      return {
        ...state,
        seq: event.seq,
        polls: patch(state.polls, event.poll, (poll) => ({
          ...poll,
          phase: "closed",
          voters: event.voters,
        })),
      };
    case "poll.published":
      return {
        ...state,
        seq: event.seq,
        polls: patch(state.polls, event.poll, (poll) => ({
          ...poll,
          phase: "closed",
          published: true,
          voters: event.voters,
          counts: event.counts,
          // The staff know more of what was written than everybody is told.
          answers: isStaff(state) ? poll.answers : event.answers,
          correct: event.correct,
          explanation: event.explanation,
        })),
      };
    case "question.asked":
    case "question.changed":
      return { ...state, seq: event.seq, questions: meetQuestion(state, event.question) };
    case "recording.changed":
      return { ...state, seq: event.seq, recording: event.phase };
    case "slides.shown":
      return { ...state, seq: event.seq, slides: event.slides };
    case "slides.hidden":
      return { ...state, seq: event.seq, slides: null };
    case "slides.turned": {
      const { page, reached, strokes } = event;
      return { ...state, seq: event.seq, ...onSlides(state, { page, reached, strokes }) };
    }
    case "slides.permitted":
      return { ...state, seq: event.seq, ...onSlides(state, { downloads: event.downloads }) };
    case "slides.drawn":
      return { ...state, seq: event.seq, ...drawn(state, event.stroke) };
    case "slides.erased":
      return { ...state, seq: event.seq, ...erased(state, event.strokes) };
    case "caption.said":
      return { ...state, seq: event.seq, captions: caption(state, event.caption) };
    case "caption.recalled":
      return {
        ...state,
        seq: event.seq,
        captions: patch(state.captions, event.caption, (one) => ({ ...one, text: "" })),
      };
    case "stage.changed":
      return { ...state, stage: event.stage };
    case "poll.tally":
      return {
        ...state,
        polls: patch(state.polls, event.poll, (poll) => ({
          ...poll,
          voters: event.voters,
          counts: event.counts ?? poll.counts,
          answers: event.answers ?? poll.answers,
        })),
      };
    case "poll.key": {
      const { correct, explanation } = event;
      return {
        ...state,
        polls: patch(state.polls, event.poll, (poll) => ({ ...poll, correct, explanation })),
      };
    }
    case "tray.changed":
      return { ...state, polls: inTray(state.polls, event.polls) };
    case "poll.prepared":
      return opened(state, event.poll.id)
        ? state
        : { ...state, polls: put(state.polls, event.poll) };
    case "question.votes":
      return {
        ...state,
        questions: patch(state.questions, event.question, (question) => ({
          ...question,
          votes: event.votes,
        })),
      };
    case "question.permitted":
      return { ...state, seq: event.seq, anonymous_questions: event.anonymous };
    case "question.flagged":
      return {
        ...state,
        questions: patch(state.questions, event.question, (one) => ({ ...one, flagged: event.on })),
      };
    case "question.aside":
      return {
        ...state,
        questions: patch(state.questions, event.question, (one) => ({
          ...one,
          aside: event.aside,
        })),
      };
    case "questions.own":
      return { ...state, asked: event.questions };
    case "hands.changed":
      return { ...state, hands: event.hands };
    case "speakers.changed":
      return { ...state, speakers: event.speakers };
    case "removed.changed":
      return { ...state, removed: event.people };
    case "admission.changed":
      return { ...state, admission: event.admission };
    case "reports.changed":
      return { ...state, reports: event.reports };
    case "presence.changed":
      return { ...state, presence: event.presence };
    case "poll.mine":
      return {
        ...state,
        polls: patch(state.polls, event.poll, (poll) => ({
          ...poll,
          voted: true,
          mine: event.options,
          my_answers: event.answers,
        })),
      };
    case "question.mine":
      return {
        ...state,
        questions: patch(state.questions, event.question, (question) => ({
          ...question,
          mine: event.on,
        })),
      };
    case "hand.mine":
      return { ...state, hand_up: event.up };
    case "whisper.mine":
      return { ...state, whispers: event.whispers };
    case "attendance.mine":
      return { ...state, attendance: event.intervals, lost: event.lost };
    case "stage.quality":
      return { ...state, lines: event.lines };
    case "slides.pointed":
    case "caption.hinted":
    case "reaction.burst":
    case "resumed":
    case "accepted":
    case "refused":
    case "pong":
    case "bye":
      return state;
    default:
      never(event);
      return state;
  }
}
