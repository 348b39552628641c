"""One example of every message of the wire, as plain Python objects."""

from __future__ import annotations

from realtime.protocol import commands as c
from realtime.protocol import events as e
from realtime.protocol import state as s
from realtime.protocol import whisper as w
from realtime.protocol.admission import AdmissionState, WaitingState
from realtime.protocol.attendance import BreakSpan, CheckState, LostTime
from realtime.protocol.captions import CaptionLine
from realtime.protocol.reports import ReportState

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
AT = 1797051600.25

HOST = s.Person(1, "欧阳振华", "Ouyang Zhenhua", "host", "运行部", "Operations")
ANN = s.Person(2, "李安", "Li An", "member", "检修部", "Maintenance")
LINE = s.ChatLine(id=7, author=ANN, text="第 2 页的<公式>\n“看不清” 👍", at=AT, reply_to=5)
RECALLED = s.ChatLine(id=8, author=ANN, text="", at=AT, recalled=True, recalled_by=HOST)
OPTIONS = [s.PollOption(11, "清楚"), s.PollOption(12, "不清楚")]
ANSWERS = [s.PollAnswer(21, "阀门", 3, "shown")]
COUNTS = [s.PollCount(11, 30), s.PollCount(12, 2)]
POLL = s.PollState(
    id=3, kind="quiz", question="清楚吗？", options=OPTIONS, least=1, most=1, changeable=True,
    anonymous=False, seconds=60, phase="open", published=False, voters=32, counts=None, voted=True,
    mine=[11], my_answers=["阀门"], opened_at=AT, deadline=AT + 60, correct=[11],
    explanation="因为。", origin=1, round=2, deck=2, page=12, place=0,
)  # fmt: skip
QUESTION = s.QuestionState(
    id=4, author=ANN, text="什么时候检修？", at=AT, votes=3, mine=True, phase="answered",
    answer="下周一。", answered_at=AT + 60, into=None, flagged=True,
    aside=s.Aside("no_time", "课后", HOST),
)  # fmt: skip
STREAM = s.StreamState("screen", HOST, "s-1", AT)
QUALITY = s.StreamQuality(stream="camera", grade="fair", audio=True, video=False, watched=True)
HAND = s.HandState(ANN, AT)
PRESENCE = s.Presence(online=2, expected=60, people=[HOST, ANN])
SPEAKER = s.SpeakerState(ANN, AT)
STROKE = s.StrokeState(id=6, tool="pen", colour=1, points=[100, 200, 300, 10000])
SLIDES = s.SlidesState(
    deck=2, folder="8a6e0804-2bd0-4672-b79d-d97027f9071a", name="冬季供热.pdf", pages=42, page=12,
    reached=14, downloads=False, strokes=[STROKE],
)  # fmt: skip
CAPTION = CaptionLine(id=9, text="先关疏水阀，再停泵。", source="typed", at=AT)
ADMISSION = AdmissionState(
    lobby="audience", locked=False, message="马上开始", waiting=[WaitingState(ANN, AT)], total=1
)
WHISPERS = s.Whispers(unread=1, threads=2, changed=AT)
SPAN = BreakSpan(2, AT, AT + 600)
CHECK = CheckState(
    id=4, kind="question", question="先关哪个阀？", options=["疏水阀", "进口阀"], opened_at=AT,
    deadline=AT + 120, open=True, mine=False, answered=41, asked=44,
)  # fmt: skip
REPORT = ReportState(id=5, about=ANN, message=7, line="看不清", text="与课堂无关", at=AT)
ROOM = s.RoomState(
    room="c3wgavkp", epoch="5d1c", seq=9, now=AT, me=ANN, title="冬季供热", lecturer=HOST,
    phase="live", starts_at=AT - 300, minutes=90, started_at=AT - 290, ended_at=None,
    recording="on", stage=[STREAM], lines=[QUALITY], chat=[LINE, RECALLED], pinned=LINE,
    chat_rules=s.ChatRules(slow=10), chat_muted=False, silent=[], floor="invited",
    layout="slides", spotlight=None,
    polls=[POLL], questions=[QUESTION], asked=[4], anonymous_questions=True, hands=[HAND],
    hand_up=True, speakers=[SPEAKER], removed=[ANN], admission=ADMISSION, slides=SLIDES,
    captions=[CAPTION], presence=PRESENCE, whispers=WHISPERS,
    reports=[REPORT],
    attendance=[s.Interval(AT - 290, AT - 100), s.Interval(AT - 80, None)],
    lost=[LostTime(AT - 280, AT - 200, "check"), LostTime(AT - 80, None, "elsewhere")],
    breaks=[SPAN], checks=3, checks_asked=1, check=CHECK,
)  # fmt: skip

COMMANDS: list[c.AnyCommand] = [
    c.Hello(ticket="e30.e30", version=1, epoch="5d1c", last_seq=9),
    c.Ping(t=12.5),
    c.ReactionSend(kind="clap"),
    c.ClassStart(id=ID),
    c.ClassEnd(id=ID),
    c.BreakBegin(id=ID, minutes=10),
    c.BreakEnd(id=ID),
    c.PresenceHere(id=ID),
    c.ChecksAnnounce(id=ID, most=3),
    c.CheckOpen(
        id=ID, seconds=90, question="先关哪个阀？", options=["疏水阀", "进口阀"], correct=0
    ),
    c.CheckReply(id=ID, check=4, choice=1),
    c.RecordingStart(id=ID),
    c.RecordingStop(id=ID),
    c.ChatPost(id=ID, text="你好", reply_to=7),
    c.ChatRecall(id=ID, message=7),
    c.ChatPin(id=ID, message=None),
    c.StageSpotlight(id=ID, member=2),
    c.StageArrange(id=ID, layout="camera"),
    c.FloorRule(id=ID, floor="nobody"),
    c.ChatEdit(id=ID, message=7, text="第 3 页"),
    c.ChatRule(id=ID, slow=30, closed=False),
    c.ChatMute(id=ID, member=2, on=True),
    c.HandRaise(id=ID),
    c.HandLower(id=ID, member=2),
    c.SpeakerInvite(id=ID, member=2),
    c.SpeakerEnd(id=ID, member=2),
    c.SpeakerMute(id=ID, member=2, held=True),
    c.SpeakerUnmute(id=ID, member=2),
    c.MemberRemove(id=ID, member=2),
    c.MemberReadmit(id=ID, member=2),
    c.LobbySet(id=ID, lobby="others"),
    c.LobbySay(id=ID, text="马上开始"),
    c.LobbyAdmit(id=ID, member=None),
    c.RoomLock(id=ID, on=True),
    c.ReportSend(id=ID, message=7, member=None, text="与课堂无关"),
    c.ReportSettle(id=ID, report=5),
    c.PollCreate(
        id=ID,
        question="清楚吗？",
        options=["清楚", "不清楚"],
        kind="quiz",
        least=1,
        most=1,
        anonymous=True,
        seconds=60,
        correct=[0],
        explanation="因为。",
        open=False,
    ),
    c.PollOpen(id=ID, poll=3),
    c.PollRepeat(id=ID, poll=3),
    c.PollVote(id=ID, poll=3, options=[11], answers=["阀门"]),
    c.PollModerate(id=ID, poll=3, answer=21, shown=False),
    c.PollClose(id=ID, poll=3),
    c.PollPublish(id=ID, poll=3),
    c.QuestionAsk(id=ID, text="什么时候检修？", anonymous=True),
    c.QuestionUpvote(id=ID, question=4, on=False),
    c.QuestionTake(id=ID, question=4),
    c.QuestionAnswer(id=ID, question=4, text="下周一。"),
    w.WhisperSend(id=ID, to=1, text="夜班只有两个人时", anonymous=True, unit=True),
    w.WhisperAnswer(id=ID, thread=5, text="问得对。"),
    w.WhisperRead(id=ID, thread=5, letter=12),
    w.WhisperWithdraw(id=ID, letter=12),
    w.WhisperDelete(id=ID, thread=5),
    w.WhisperBlock(id=ID, thread=5, on=False),
    w.WhisperReport(id=ID, thread=5, reason="辱骂"),
    c.QuestionDismiss(id=ID, question=4, reason="other", words="另行答复"),
    c.QuestionMerge(id=ID, question=4, others=[5, 6]),
    c.QuestionFlag(id=ID, question=4, on=False),
    c.QuestionPermit(id=ID, anonymous=False),
    c.SlidesPoint(x=0.25, y=0.75),
    c.SlidesShow(id=ID, deck=2),
    c.SlidesHide(id=ID),
    c.SlidesTurn(id=ID, deck=2, page=13),
    c.SlidesPermit(id=ID, deck=2, downloads=True),
    c.SlidesDraw(id=ID, deck=2, page=12, tool="marker", colour=3, points=[0, 0, 10000, 10000]),
    c.SlidesUndo(id=ID, deck=2, page=12),
    c.SlidesClear(id=ID, deck=2, page=12),
    c.CaptionSay(id=ID, text="先关疏水阀", source="speech"),
    c.CaptionRecall(id=ID, caption=9),
    c.CaptionHint(text="先关"),
]

EVENTS: list[e.RoomEventMessage] = [
    e.ClassStarted(seq=1, at=AT),
    e.ClassEnded(seq=2, at=AT),
    e.BreakChanged(seq=20, span=SPAN),
    e.ChecksAnnounced(seq=21, most=3),
    e.CheckOpened(seq=22, check=CHECK),
    e.CheckClosed(seq=23, check=4),
    e.CheckTally(check=4, answered=41, asked=44),
    e.MyCheck(check=4),
    e.ClassMoved(seq=120, starts_at=AT + 600),
    e.ChatPosted(seq=3, line=LINE),
    e.ChatRecalled(seq=4, message=8, by=HOST),
    e.ChatPinned(seq=5, line=None),
    e.ChatEdited(seq=5, message=7, text="第 3 页"),
    e.StageArranged(seq=5, layout="speakers"),
    e.FloorRuled(seq=5, floor="everyone"),
    e.ChatRuled(seq=5, rules=s.ChatRules(slow=30, closed=True)),
    e.PollOpened(seq=6, poll=POLL),
    e.PollClosed(seq=7, poll=3, voters=32),
    e.PollPublished(
        seq=8, poll=3, voters=32, counts=COUNTS, answers=ANSWERS, correct=[11], explanation="因为。"
    ),
    e.QuestionAsked(seq=9, question=QUESTION),
    e.QuestionChanged(seq=10, question=QUESTION),
    e.QuestionPermitted(seq=10, anonymous=False),
    e.RecordingChanged(seq=11, phase="disk_full", at=AT),
    e.SlidesShown(seq=12, slides=SLIDES),
    e.SlidesTurned(seq=13, page=13, reached=14, strokes=[]),
    e.SlidesPermitted(seq=14, downloads=True),
    e.SlidesDrawn(seq=15, stroke=STROKE),
    e.SlidesErased(seq=16, strokes=[6]),
    e.SlidesHidden(seq=17),
    e.CaptionSaid(seq=18, caption=CAPTION),
    e.CaptionRecalled(seq=19, caption=9),
    e.CaptionHinted(text="先关"),
    e.StageChanged(stage=[STREAM]),
    e.StageQuality(lines=[QUALITY]),
    e.PollTally(poll=3, voters=32, counts=COUNTS, answers=ANSWERS),
    e.PollKey(poll=3, correct=[11], explanation="因为。"),
    e.TrayChanged(polls=[3, 5]),
    e.PollPrepared(poll=POLL),
    e.QuestionVotes(question=4, votes=3),
    e.QuestionFlagged(question=4, on=True),
    e.QuestionAside(question=4, aside=s.Aside("off_topic", "", HOST)),
    e.HandsChanged(hands=[HAND], total=1),
    e.SpotlightChanged(person=ANN),
    e.SpeakersChanged(speakers=[SPEAKER]),
    e.RemovedChanged(people=[ANN]),
    e.SilentChanged(people=[ANN]),
    e.AdmissionChanged(admission=ADMISSION),
    e.ReportsChanged(reports=[REPORT]),
    e.PresenceChanged(presence=PRESENCE),
    e.ReactionBurst(counts=[s.ReactionCount("clap", 12)]),
    e.SlidesPointed(x=0.25, y=0.75),
    e.Snapshot(state=ROOM),
    e.Resumed(epoch="5d1c", seq=9),
    e.Accepted(id=ID, seq=10),
    e.Refused(id=ID, code="too_fast", message="请稍等。", retry_ms=800),
    e.MyVote(poll=3, options=[11], answers=["阀门"]),
    e.MyUpvote(question=4, on=True),
    e.MyQuestions(questions=[4]),
    e.MyHand(up=False),
    e.MyChat(muted=True),
    e.MyWhispers(whispers=WHISPERS),
    e.MyAttendance(intervals=[s.Interval(AT, None)], lost=[LostTime(AT, None, "elsewhere")]),
    e.Pong(t=12.5, now=AT),
    e.Bye(code=None, message="", retry_ms=1200),
]
