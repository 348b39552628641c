"""What happened in yesterday's demo class, as data: presence, chat, questions, votes.

Minutes and seconds are counted from the moment the class began. Everything is fixed or drawn from a
fixed seed, so that the same demo tells the same story on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SEED = 108
LENGTH = 45 * 60
"""Seconds the class lasted."""

ON_SHIFT = tuple(str(number) for number in range(1011, 1023))
"""Crews one and two were at work and rightly absent."""

AWAY = ("1034", "1040")
"""Not on shift and still not there."""

LATE = {"1026": 1260, "1037": 1500, "1046": 1080}
"""Joined late: seconds after the start."""

RECONNECTED = {"1030": (1410, 1430), "1043": (600, 660)}
"""Lost the network: from, until (seconds)."""


@dataclass(frozen=True)
class Line:
    """A chat line ``at`` seconds after the start; ``recalled`` lines keep only their place."""

    at: int
    author: str
    text: str
    recalled: bool = False


@dataclass(frozen=True)
class Asked:
    """A question; answered live when ``answer`` is empty, waiting when ``answered_at`` is None."""

    at: int
    author: str
    text: str
    votes: int
    answered_at: int | None
    answer: str = ""


@dataclass(frozen=True)
class Whispered:
    """A whisper to the lecturer; answered at ``answered_at``, waiting when that is None."""

    at: int
    author: str
    text: str
    anonymous: bool
    answered_at: int | None
    answer: str = ""


WHISPERS = (
    Whispered(
        1100, "1029", "夜班只有两个人时，监护人由谁担任？上次我们两个人都在操作，我心里不踏实。",
        True, 2400, "问得对。一人操作，一人监护；只有一人能离开表盘时，先停下来，报值长加派人。",
    ),
    Whispered(1700, "1041", "我下周要陪孩子住院，可以看回放补这一课吗？", False, None),
)  # fmt: skip

CHAT = (
    Line(40, "1006", "声音和画面都正常的话，请点一下表情。"),
    Line(55, "1024", "正常。"),
    Line(58, "1041", "清楚。"),
    Line(300, "1025", "这一页能再停一下吗？"),
    Line(640, "1043", "刚才断线一分钟，已经回来了。"),
    Line(905, "1029", "我们值上个月也有类似的一次，当时被监护人拦下了。"),
    Line(932, "1008", "谢谢，这正是后面要讲的。"),
    Line(1210, "1027", "旁路阀的编号在现场牌子上。"),
    Line(1480, "1039", "发错了。", recalled=True),
    Line(1700, "1032", "操作票的备注栏可以写临时措施吗？我放到提问里了。"),
    Line(2100, "1033", "唱票复诵两个人都要出声。"),
    Line(2560, "1023", "今天夜班就按这个讲一遍。"),
    Line(2650, "1006", "课件和小结稍后在本课页面查看。"),
)
PINNED = 12
"""Which chat line stayed pinned."""

QUESTIONS = (
    Asked(
        720,
        "1031",
        "监护人临时离开，操作票应当怎么处理？",
        9,
        860,
        "停止操作，等监护人返回并重新核对后再继续。",
    ),
    Asked(1100, "1038", "疏水阀冻结先开旁路还是先停泵？", 6, 1300),
    Asked(
        1690, "1032", "备注栏可以写临时措施吗？", 4, 1820, "可以记录，但临时措施本身要另有工作票。"
    ),
    Asked(2200, "1045", "热控专业的强制信号要不要列入操作票？", 3, 2400),
    Asked(2580, "1036", "案例的完整报告可以在哪里看到？", 2, None),
)

VOTES = ((0.10, 0.52, 0.30, 0.08), (0.12, 0.24, 0.36, 0.28))
"""Share of each option, per poll."""
POLL_TIMES = ((1320, 1440), (2280, 2400))
"""Opened and closed, per poll (seconds)."""


def presence(expected: list[str]) -> dict[str, list[tuple[int, int]]]:
    """Stretches of presence in seconds, per staff number, of those who came."""
    luck = Random(SEED)  # noqa: S311 - a story, not a secret
    there: dict[str, list[tuple[int, int]]] = {}
    for number in sorted(expected):
        early, leave = luck.randrange(0, 50), LENGTH - luck.randrange(0, 30)
        if number in ON_SHIFT or number in AWAY:
            continue
        there[number] = _stretches(LATE.get(number, early), leave, RECONNECTED.get(number))
    return there


def votes(poll: int, voters: list[str]) -> dict[str, int]:
    """Which option (by place) each of ``voters`` chose in poll ``poll``; some did not vote."""
    luck = Random(SEED + poll)  # noqa: S311 - a story, not a secret
    places = range(len(VOTES[poll]))
    chosen = {}
    for number in sorted(voters):
        place = luck.choices(places, VOTES[poll])[0]
        if luck.random() < 0.85:  # about six in seven vote
            chosen[number] = place
    return chosen


def _stretches(joined: int, left: int, gap: tuple[int, int] | None) -> list[tuple[int, int]]:
    if gap is None:
        return [(joined, left)]
    return [(joined, gap[0]), (gap[1], left)]
