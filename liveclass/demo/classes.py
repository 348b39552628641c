"""The classes of the demo, as data: what, who, for whom, and when relative to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from liveclass.polls.plans import Plan
from realtime.protocol.polls import PollKind


@dataclass(frozen=True)
class DemoPoll:
    """A poll that waits in the tray."""

    question: str
    options: tuple[str, ...] = ()
    kind: PollKind = "single"
    changeable: bool = True
    anonymous: bool = False
    correct: tuple[int, ...] = ()
    explanation: str = ""
    seconds: int | None = None

    @property
    def plan(self) -> Plan:
        """As it is written."""
        most = len(self.options) if self.kind == "multiple" else 1
        return Plan(
            self.question, self.options, self.kind, most=most, changeable=self.changeable,
            anonymous=self.anonymous, seconds=self.seconds, correct=self.correct,
            explanation=self.explanation,
        )  # fmt: skip


@dataclass(frozen=True)
class DemoClass:
    """One class. ``code`` is its share link; people are named by staff number, units by code."""

    code: str
    title: str
    description: str
    minutes: int
    lecturer: str
    assistants: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    everyone: bool = False
    kind: str = "safety"
    recording: bool = False
    polls: tuple[DemoPoll, ...] = ()


NOW = DemoClass(
    code="heatsafe",
    title="冬季供热运行安全与应急处置",
    description=(
        "AQ-103 · 必修。供水温度怎样随气温调，严寒天气最常见的缺陷，疏水阀冻结的处置，"
        "交接班要说清的五句话。\n"
        "Winter heating: safety and emergency response."
    ),
    minutes=90,
    lecturer="1005",
    assistants=("1007",),
    # everybody except the contractors of 外委检修队, who are the people outside the audience
    units=("office", "safety", "engineering", "operations", "maintenance", "fuel", "heating"),
    recording=True,
    polls=(
        DemoPoll(
            "发现疏水阀冻结，第一步做什么？",
            ("先开旁路", "确认范围，报告值长", "直接停泵", "用明火烤"),
        ),
        DemoPoll(
            "您所在班组今年冬天遇到过哪些缺陷？（可多选）",
            ("仪表管冻结", "补水量突增", "循环泵跳闸", "都没有遇到"),
            kind="multiple",
        ),
        DemoPoll(
            "疏水阀冻结时可以用明火烤阀体。",
            kind="truefalse",
            correct=(1,),
            explanation="明火会使阀体开裂，应当用热水或蒸汽缓慢加热。",
            seconds=60,
        ),
        DemoPoll("今天的内容您听明白了吗？", kind="rating", anonymous=True),
        DemoPoll("用一个词说说严寒天气里最要紧的事。", kind="words"),
    ),
)

LATER_TODAY = DemoClass(
    code="readtext",
    title="政策学习：如何阅读一份文件",
    description=(
        "ZC-301。先看谁发的、发给谁、什么时候生效，再看要求谁做什么。\n"
        "How to read a policy document."
    ),
    minutes=45,
    lecturer="1001",
    assistants=("1003",),
    everyone=True,
    kind="theory",
)

IN_TWO_DAYS = DemoClass(
    code="waterway",
    title="一次网水力平衡与调节",
    description=(
        "NY-203。为什么末端不热，怎样从近端开始调。\nHydraulic balance of the primary network."
    ),
    minutes=90,
    lecturer="1008",
    assistants=("1051",),
    units=("heating", "engineering"),
    kind="professional",
)

YESTERDAY = DemoClass(
    code="casestdy",
    title="事故案例分析：违反操作票的后果",
    description=(
        "AQ-108 · 必修。一次误操作的经过，以及操作票上每一栏为什么存在。\n"
        "Case study: ignoring the operation ticket."
    ),
    minutes=45,
    lecturer="1008",
    assistants=("1006",),
    units=("operations", "maintenance", "safety"),
    polls=(
        DemoPoll(
            "案例中最早可以拦住事故的是哪一步？",
            ("填写操作票", "监护人核对", "唱票复诵", "操作后检查"),
            changeable=False,
        ),
        DemoPoll("您最近一次见到操作票被跳项，是什么时候？", ("本周", "本月", "今年", "没有见过")),
    ),
)

ALL = (NOW, LATER_TODAY, IN_TWO_DAYS, YESTERDAY)


def starts_at(demo: DemoClass, now: datetime) -> datetime:
    """When ``demo`` begins, seen from ``now`` (aware, in the organisation's zone).

    The class to try starts within the next five minutes; the evening class never slips past
    midnight: late at night it becomes tomorrow's first.
    """
    if demo is NOW:
        floor = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
        return floor + timedelta(minutes=5)
    if demo is LATER_TODAY:
        return _later_today(now)
    if demo is IN_TWO_DAYS:
        return _at(now + timedelta(days=2), time(14))
    return _at(now - timedelta(days=1), time(15))


def _later_today(now: datetime) -> datetime:
    evening = _at(now, time(20, 30))
    if now < evening:
        return evening
    soon = _at(now, time(now.hour)) + timedelta(hours=2)
    return soon if soon.date() == now.date() else _at(soon, time(8, 30))


def _at(day: datetime, clock: time) -> datetime:
    return datetime.combine(day.date(), clock, tzinfo=day.tzinfo)
