"""The courses of the demo, as data. Texts are written for it; laws are named, not quoted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoLesson:
    """A lesson: an article, or (``article`` empty) the class of the activity titled ``title``."""

    title: str
    minutes: int
    article: str = ""
    required: bool = True


@dataclass(frozen=True)
class DemoCourse:
    """A course: who wrote it, on which shelf it stands, its sections in order."""

    code: str
    title: str
    summary: str
    shelf: str
    kind: str
    minutes: int
    author: str
    sections: tuple[tuple[str, tuple[DemoLesson, ...]], ...]
    waits: bool = False
    """In review, waiting for its turn in the series."""


SHELVES = (
    ("安全生产", "Work safety"),
    ("能源与专业", "Energy and trade"),
    ("理论与政策", "Theory and policy"),
    ("历史与文化", "History and culture"),
)
SERIES = "每月一课"

CONFINED = DemoCourse(
    code="AQ-104",
    title="受限空间作业安全",
    summary="进罐、进井、进烟道之前：先通风，再检测，后作业；出了事先报警，不盲目施救。",
    shelf="安全生产",
    kind="safety",
    minutes=60,
    author="1005",
    sections=(
        (
            "作业之前",
            (
                DemoLesson(
                    "什么是受限空间",
                    15,
                    "<p>进出口小、通风不良、人不长期停留的空间，就是受限空间：汽包、除氧器水箱、"
                    "烟道、煤斗、电缆沟、化粪池，都是。</p><h2>为什么危险</h2><ul>"
                    "<li>缺氧：铁锈、微生物会耗尽氧气，人进去几十秒就倒下。</li>"
                    "<li>有毒：硫化氢、一氧化碳，闻到时往往已经迟了。</li>"
                    "<li>可燃：煤粉、沼气遇火花即爆。</li></ul>"
                    "<p>看不出、闻不到，所以只相信仪器，不相信经验。</p>",
                ),
                DemoLesson(
                    "作业票上的每一栏",
                    20,
                    "<p>作业票不是手续，是一张核对单。每一栏都对应一次真实发生过的事故。</p>"
                    "<ol><li>隔离：与系统相连的管道加堵板，阀门上锁挂牌。</li>"
                    "<li>通风：机械通风不少于半小时，禁止用纯氧。</li>"
                    "<li>检测：上、中、下三点，氧含量在 19.5% 到 23.5% 之间。</li>"
                    "<li>监护：监护人不离开，不兼做别的工作。</li></ol>"
                    "<p>中断超过半小时，重新检测，重新签字。</p>",
                ),
            ),
        ),
        (
            "作业之中",
            (
                DemoLesson(
                    "出了事怎么办",
                    15,
                    "<p>受限空间事故中，多数死者是后来进去救人的人。</p><blockquote>先报警，再送风，"
                    "不戴呼吸器不进。</blockquote><p>监护人的第一个动作是喊人和打电话，第二个动作是"
                    "开大风机，第三个动作是用三脚架把人拉出来。没有正压式呼吸器，谁也不进。</p>",
                ),
                DemoLesson(
                    "延伸阅读：三起案例",
                    10,
                    "<p>三起案例有同一个开头：工作很短，“进去看一眼就出来”。</p>"
                    "<p>第一起没有检测，第二起监护人去取工具，第三起四个人先后进去救人。"
                    "请想一想，每一起在哪一步可以停下来。</p>",
                    required=False,
                ),
            ),
        ),
    ),
)

DATA = DemoCourse(
    code="ZC-303",
    title="个人信息保护法与岗位数据",
    summary="班组里常见的名单、照片、体检结果，哪些能收、给谁看、存多久。",
    shelf="理论与政策",
    kind="theory",
    minutes=45,
    author="1001",
    sections=(
        (
            "法与岗位",
            (
                DemoLesson(
                    "三个问题：为什么收，给谁看，存多久",
                    25,
                    "<p>收集任何人的信息之前，先回答三个问题。</p><h2>为什么收</h2>"
                    "<p>目的要明确，与工作直接有关；能少收就少收。排班需要姓名和岗位，不需要家庭住址。"
                    "</p><h2>给谁看</h2><p>只给办这件事的人看。名单发到大群里，就等于公开。</p>"
                    "<h2>存多久</h2><p>事情办完，过了规定的保存期，就删除。</p>",
                ),
                DemoLesson(
                    "班组里的五个例子",
                    20,
                    "<ul><li>体检结果：属于敏感个人信息，只通知本人。</li>"
                    "<li>考勤照片：说清用途，不转作他用。</li>"
                    "<li>事故通报：不写姓名和家庭情况。</li>"
                    "<li>用户缴费清单：不拍照，不外传。</li>"
                    "<li>离职同事的账号：当天停用。</li></ul>"
                    "<p>拿不准时，问综合办公室，不要先发出去。</p>",
                ),
            ),
        ),
    ),
)

CASE = DemoCourse(
    code="AQ-108",
    title="事故案例分析：违反操作票的后果",
    summary="一次误操作的经过。听过直播的看回放补齐缺的部分即可，两者合计计算。",
    shelf="安全生产",
    kind="safety",
    minutes=60,
    author="1008",
    sections=(
        ("课堂", (DemoLesson("事故案例分析：违反操作票的后果", 45),)),
        (
            "课后",
            (
                DemoLesson(
                    "操作票上每一栏为什么存在",
                    15,
                    "<p>课上的那次误操作，票是填了的，只是跳过了一项。</p>"
                    "<table><thead><tr><th scope='col'>栏目</th><th scope='col'>拦住什么</th></tr>"
                    "</thead><tbody><tr><th scope='row'>设备双重名称</th><td>走错间隔</td></tr>"
                    "<tr><th scope='row'>唱票复诵</th><td>听错、看错</td></tr>"
                    "<tr><th scope='row'>监护人签字</th><td>一个人的疏忽</td></tr>"
                    "<tr><th scope='row'>操作后检查</th><td>设备没有真正到位</td></tr></tbody>"
                    "</table>"
                    "<p>跳过一项，等于把拦住事故的一道门打开。</p>",
                ),
            ),
        ),
    ),
)

CARBON = DemoCourse(
    code="NY-204",
    title="碳排放核算入门",
    summary="从燃料到排放量：看懂一张核算表，知道哪一个数最容易错。",
    shelf="能源与专业",
    kind="professional",
    minutes=45,
    author="1008",
    sections=(
        (
            "核算",
            (
                DemoLesson(
                    "一吨煤变成多少二氧化碳",
                    25,
                    "<p>排放量等于燃料消耗量乘以热值，再乘以单位热值含碳量和氧化率，最后乘以"
                    "44 与 12 之比：碳变成二氧化碳，重量就这样增加。</p><p>四个数里，"
                    "煤的热值最容易错：取样不匀，全厂的结果就跟着偏。</p>",
                ),
                DemoLesson(
                    "热与电怎样分摊",
                    20,
                    "<p>一台机组同时供热和发电，排放要分给两边。</p><p>按热量法分摊，供热比等于供热量"
                    "除以总热量。供热期与非供热期要分开算，不能用全年平均数代替。</p>",
                ),
            ),
        ),
    ),
)

HEATING = DemoCourse(
    code="LS-402",
    title="城市集中供热的由来",
    summary="从一户一炉到一张热网：北方城市冬天的变化。",
    shelf="历史与文化",
    kind="theory",
    minutes=40,
    author="1001",
    sections=(
        (
            "由来",
            (
                DemoLesson(
                    "从一户一炉到一张热网",
                    40,
                    "<p>早先，冬天的取暖靠各家的煤炉：费煤，脏，夜里还有煤气的危险。</p>"
                    "<p>热电厂发电后的余热本来要白白放掉，把它用管网送进千家万户，一份燃料就做了"
                    "两件事。这就是热电联产和集中供热的由来。</p>",
                ),
            ),
        ),
    ),
    waits=True,
)

ALL = (CONFINED, DATA, CASE, CARBON, HEATING)

READ = (
    ("1013", "AQ-104", 1), ("1024", "AQ-104", 2), ("1055", "ZC-303", 1),
    ("1012", "AQ-104", 1), ("1019", "AQ-104", 2), ("1026", "AQ-104", 1), ("1032", "AQ-104", 2),
    ("1008", "NY-204", 1), ("1053", "ZC-303", 1),
    *((number, "AQ-104", 3) for number in (
        "1011", "1014", "1017", "1018", "1020", "1023", "1025", "1029", "1031", "1035", "1037",
    )),
    *((number, "ZC-303", 2) for number in ("1001", "1003", "1004", "1010", "1041", "1052")),
)  # fmt: skip
"""Who has begun which course, and how many of its articles she has read. Three of AQ-104 and two of
ZC-303 are all that is required: who read them has completed it, the others are on the way."""
