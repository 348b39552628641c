"""What the demo people learnt in this year and the last, as data drawn from a fixed seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

SEED = 4812


@dataclass(frozen=True)
class Lesson:
    """Something learnt: when in the year it is due, and who is meant (empty: everybody)."""

    code: str
    title: str
    kind: str
    mode: str
    minutes: int
    month: int
    day: int
    units: tuple[str, ...] = ()


THEME_DAYS = tuple(
    Lesson(f"theme-{month}", title, kind, "in_person", minutes, month, 16, ("committee",))
    for month, title, kind, minutes in (
        (1, "主题党日：新年学习计划", "theory", 90),
        (2, "主题党日：走访慰问", "practice", 90),
        (3, "主题党日：学雷锋志愿服务", "practice", 135),
        (4, "主题党日：参观本地工业史展馆", "theory", 120),
        (5, "主题党日：劳动者故事会", "theory", 90),
        (6, "主题党日：安全生产月行动", "safety", 90),
        (7, "主题党日：重温入党誓词", "theory", 90),
        (8, "主题党日：暑期检修现场服务", "practice", 135),
        (9, "主题党日：阅读分享", "theory", 90),
        (10, "主题党日：供暖前入户巡检", "practice", 135),
        (11, "主题党日：政策学习讨论", "theory", 90),
        (12, "主题党日：社区供暖巡检志愿服务", "practice", 135),
    )
)

LECTURES = (
    Lesson("ZC-301", "政策学习：如何阅读一份文件", "theory", "live", 45, 1, 21),
    Lesson("LS-402", "城市集中供热的由来", "theory", "live", 45, 4, 22, ("committee",)),
    Lesson("ZC-303", "个人信息保护法与岗位数据", "theory", "live", 45, 7, 23),
    Lesson("AQ-103", "冬季供热运行安全与应急处置", "safety", "live_replay", 90, 10, 22),
    Lesson("AQ-107", "消防设施使用与疏散演练", "safety", "in_person", 90, 3, 11),
    Lesson("AQ-107-2", "消防设施使用与疏散演练（下半年）", "safety", "in_person", 90, 9, 11),
    Lesson("AQ-106", "触电急救与心肺复苏", "practice", "in_person", 135, 5, 13),
    Lesson("AQ-108", "事故案例分析", "safety", "live", 90, 6, 24),
    Lesson("AQ-109", "迎峰度冬安全讲评", "safety", "live", 90, 11, 5),
    Lesson("AQ-110", "检修季安全讲评", "safety", "live", 90, 8, 6),
    Lesson("NY-203", "一次网水力平衡与调节", "professional", "live", 90, 2, 20, ("heating",)),
)

COURSES = (
    Lesson("AQ-101", "安全生产法：从业人员的权利和义务", "safety", "self", 90, 1, 12),
    Lesson("AQ-102", "电力安全工作规程要点", "safety", "self", 180, 2, 6),
    Lesson("AQ-104", "受限空间作业安全", "safety", "self", 60, 4, 9),
    Lesson("AQ-105", "液氨与脱硝系统安全", "safety", "self", 60, 5, 20),
    Lesson("NY-202", "热电联产原理与能效", "professional", "self", 150, 3, 25),
    Lesson("NY-204", "碳排放核算入门", "professional", "self", 45, 6, 3),
    Lesson("ZC-302", "党员教育管理工作条例要点", "theory", "self", 60, 2, 25, ("committee",)),
    Lesson("AQ-111", "安全生产月专题学习", "safety", "self", 180, 6, 18),
    Lesson("LS-401", "中国电力工业发展简史", "theory", "self", 80, 8, 19),
    Lesson("AQ-101-Q", "安全生产法测验", "safety", "exam", 30, 1, 13),
)

LESSONS = (*THEME_DAYS, *LECTURES, *COURSES)

BEHIND = frozenset({"1004", "1015", "1020", "1026", "1031", "1038", "1056"})
"""Members who come to a third of it."""
ABSENT = frozenset({"1034", "1048"})
"""The retiring one and the one on long sick leave."""
NEWCOMERS = {"1022": 40, "1040": 40, "1054": 100}
"""Joined so many days ago; the last one has missed the end of her first ninety days."""

REQUIREMENTS: tuple[dict[str, Any], ...] = (
    {
        "code": "H-01",
        "title": "党员年度集中学习培训",
        "title_en": "Party members: concentrated study",
        "source": "《中国共产党党员教育管理工作条例》第二十条：党员每年集中学习培训时间"
        "一般不少于32学时。",
        "standing": "verified",
        "layer": "national",
        "units": ("committee",),
        "threshold": 3200,
        "rule": {"caps": [{"modes": ["self"], "percent": 50}], "day_cap": 800},
        "valid_from": date(2019, 5, 6),
    },
    {
        "code": "H-02",
        "title": "党组织书记和班子成员年度学时",
        "title_en": "Branch secretaries and committee members",
        "source": "依据2019—2023年规划的二手转述：每年不少于56学时，至少参加1次集中培训。"
        "规划已到期，现行规划的数值待核对。",
        "standing": "check",
        "layer": "national",
        "units": ("committee",),
        "role": "secretary",
        "threshold": 5600,
        "rule": {
            "caps": [{"modes": ["self"], "percent": 50}],
            "tallies": [{"count": 1, "modes": ["in_person", "hall"]}],
        },
        "valid_from": date(2019, 1, 1),
    },
    {
        "code": "AQ-20",
        "title": "全员安全学时",
        "title_en": "Safety hours for everybody",
        "source": "本单位安全培训管理规定：在岗人员每年安全类学时不少于20学时。",
        "standing": "own",
        "layer": "organisation",
        "units": (
            "office", "safety", "engineering", "operations", "maintenance", "fuel", "heating",
        ),
        "threshold": 2000,
        "rule": {"kinds": ["safety"], "day_cap": 800},
        "valid_from": date(2024, 1, 1),
    },
    {
        "code": "H-06",
        "title": "新上岗人员岗前安全培训",
        "title_en": "Newly posted workers: before the post",
        "source": "《生产经营单位安全培训规定》（二手来源）：新上岗的从业人员岗前安全培训时间"
        "不得少于24学时。",
        "standing": "secondary",
        "layer": "national",
        "units": ("newcomers",),
        "span": "since_joining",
        "days": 90,
        "threshold": 2400,
        "rule": {"kinds": ["safety"], "day_cap": 800, "pro_rata": "none"},
        "valid_from": date(2019, 1, 1),
    },
)  # fmt: skip

BY_HAND = (
    ("1012", "外部消防安全培训", 90, "safety", "培训机构结业证明，编号 2117"),
    ("1018", "应急救护取证班", 135, "practice", "红十字会证书复印件"),
    ("1024", "集团安全例会", 45, "safety", "会议签到表"),
    ("1029", "新设备厂家培训", 90, "professional", "厂家签到表"),
    ("1037", "高处作业实操", 90, "safety", "实操考核表"),
    ("1045", "计量检定培训", 60, "professional", "结业通知"),
    ("1052", "管网抢修演练", 90, "practice", "演练记录，当日网络中断"),
)
"""Entered by hand: whose, what, minutes, kind, reason."""


def learnt(number: str, units: frozenset[str], year: int, today: date) -> list[tuple[Lesson, date]]:
    """What the person ``number``, in ``units`` and those above, finished in ``year`` so far."""
    luck = Random(f"{SEED}-{number}-{year}")  # noqa: S311 - a story, not a secret
    share = 0.0 if number in ABSENT else 0.33 if number in BEHIND else 0.97
    done = []
    for lesson in LESSONS:
        meant = not lesson.units or bool(units & set(lesson.units))
        day = date(year, lesson.month, lesson.day)
        if luck.random() < share and meant and day < today:
            done.append((lesson, day))
    return done
