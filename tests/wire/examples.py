"""One example of every message of the wire, as plain Python objects."""

from __future__ import annotations

from realtime.protocol import commands as c
from realtime.protocol import events as e
from realtime.protocol import state as s

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
AT = 1797051600.25

HOST = s.Person(1, "欧阳振华", "Ouyang Zhenhua", "host", "运行部", "Operations")
ANN = s.Person(2, "李安", "Li An", "member", "检修部", "Maintenance")
LINE = s.ChatLine(id=7, author=ANN, text="第 2 页的<公式>\n“看不清” 👍", at=AT, reply_to=5)
RECALLED = s.ChatLine(id=8, author=ANN, text="", at=AT, recalled=True, recalled_by=HOST)
OPTIONS = [s.PollOption(11, "清楚"), s.PollOption(12, "不清楚")]
COUNTS = [s.PollCount(11, 30), s.PollCount(12, 2)]
POLL = s.PollState(
    id=3, question="清楚吗？", options=OPTIONS, multiple=False, changeable=True, phase="open",
    published=False, voters=32, counts=None, mine=[11], opened_at=AT,
)  # fmt: skip
QUESTION = s.QuestionState(
    id=4, author=ANN, text="什么时候检修？", at=AT, votes=3, mine=True, phase="answered",
    answer="下周一。", answered_at=AT + 60,
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
ROOM = s.RoomState(
    room="c3wgavkp", epoch="5d1c", seq=9, now=AT, me=ANN, title="冬季供热", lecturer=HOST,
    phase="live", starts_at=AT - 300, minutes=90, started_at=AT - 290, ended_at=None,
    recording="on", stage=[STREAM], lines=[QUALITY], chat=[LINE, RECALLED], pinned=LINE,
    polls=[POLL], questions=[QUESTION], hands=[HAND], hand_up=True, speakers=[SPEAKER],
    removed=[ANN], slides=SLIDES, presence=PRESENCE,
    attendance=[s.Interval(AT - 290, AT - 100), s.Interval(AT - 80, None)],
)  # fmt: skip

COMMANDS: list[c.AnyCommand] = [
    c.Hello(ticket="e30.e30", version=1, epoch="5d1c", last_seq=9),
    c.Ping(t=12.5),
    c.ReactionSend(kind="clap"),
    c.ClassStart(id=ID),
    c.ClassEnd(id=ID),
    c.RecordingStart(id=ID),
    c.RecordingStop(id=ID),
    c.ChatPost(id=ID, text="你好", reply_to=7),
    c.ChatRecall(id=ID, message=7),
    c.ChatPin(id=ID, message=None),
    c.HandRaise(id=ID),
    c.HandLower(id=ID, member=2),
    c.SpeakerInvite(id=ID, member=2),
    c.SpeakerEnd(id=ID, member=2),
    c.MemberRemove(id=ID, member=2),
    c.MemberReadmit(id=ID, member=2),
    c.PollCreate(id=ID, question="清楚吗？", options=["清楚", "不清楚"], open=False),
    c.PollOpen(id=ID, poll=3),
    c.PollVote(id=ID, poll=3, options=[11]),
    c.PollClose(id=ID, poll=3),
    c.PollPublish(id=ID, poll=3),
    c.QuestionAsk(id=ID, text="什么时候检修？"),
    c.QuestionUpvote(id=ID, question=4, on=False),
    c.QuestionTake(id=ID, question=4),
    c.QuestionAnswer(id=ID, question=4, text="下周一。"),
    c.QuestionDismiss(id=ID, question=4),
    c.SlidesPoint(x=0.25, y=0.75),
    c.SlidesShow(id=ID, deck=2),
    c.SlidesHide(id=ID),
    c.SlidesTurn(id=ID, deck=2, page=13),
    c.SlidesPermit(id=ID, deck=2, downloads=True),
    c.SlidesDraw(id=ID, deck=2, page=12, tool="marker", colour=3, points=[0, 0, 10000, 10000]),
    c.SlidesUndo(id=ID, deck=2, page=12),
    c.SlidesClear(id=ID, deck=2, page=12),
]

EVENTS: list[e.RoomEventMessage] = [
    e.ClassStarted(seq=1, at=AT),
    e.ClassEnded(seq=2, at=AT),
    e.ChatPosted(seq=3, line=LINE),
    e.ChatRecalled(seq=4, message=8, by=HOST),
    e.ChatPinned(seq=5, line=None),
    e.PollOpened(seq=6, poll=POLL),
    e.PollClosed(seq=7, poll=3, voters=32),
    e.PollPublished(seq=8, poll=3, voters=32, counts=COUNTS),
    e.QuestionAsked(seq=9, question=QUESTION),
    e.QuestionChanged(seq=10, question=QUESTION),
    e.RecordingChanged(seq=11, phase="disk_full", at=AT),
    e.SlidesShown(seq=12, slides=SLIDES),
    e.SlidesTurned(seq=13, page=13, reached=14, strokes=[]),
    e.SlidesPermitted(seq=14, downloads=True),
    e.SlidesDrawn(seq=15, stroke=STROKE),
    e.SlidesErased(seq=16, strokes=[6]),
    e.SlidesHidden(seq=17),
    e.StageChanged(stage=[STREAM]),
    e.StageQuality(lines=[QUALITY]),
    e.PollTally(poll=3, voters=32, counts=COUNTS),
    e.PollPrepared(poll=POLL),
    e.QuestionVotes(question=4, votes=3),
    e.HandsChanged(hands=[HAND], total=1),
    e.SpeakersChanged(speakers=[SPEAKER]),
    e.RemovedChanged(people=[ANN]),
    e.PresenceChanged(presence=PRESENCE),
    e.ReactionBurst(counts=[s.ReactionCount("clap", 12)]),
    e.SlidesPointed(x=0.25, y=0.75),
    e.Snapshot(state=ROOM),
    e.Resumed(epoch="5d1c", seq=9),
    e.Accepted(id=ID, seq=10),
    e.Refused(id=ID, code="too_fast", message="请稍等。", retry_ms=800),
    e.MyVote(poll=3, options=[11]),
    e.MyUpvote(question=4, on=True),
    e.MyHand(up=False),
    e.MyAttendance(intervals=[s.Interval(AT, None)]),
    e.Pong(t=12.5, now=AT),
    e.Bye(code=None, message="", retry_ms=1200),
]
