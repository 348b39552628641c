"""Slides for the demo class: a lecturer opens them in a browser and shares that window.

Each slide is one SVG file; a click on it leads to the next. Nothing is fetched from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 1600, 900
INK, QUIET, ACCENT, WARM, LINE = "#14202A", "#57676F", "#0B556B", "#B23A06", "#CBD5D8"
SONG = "'Noto Serif CJK SC','Songti SC','Source Han Serif SC',serif"
SANS = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True)
class Slide:
    """A title, an English line below it, and either bullets or a chart."""

    title: str
    english: str
    bullets: tuple[str, ...] = ()
    chart: tuple[tuple[str, float], ...] = ()
    unit: str = ""


SLIDES = (
    Slide("冬季供热运行安全与应急处置", "Winter heating: safety and emergency response"),
    Slide(
        "今天讲四件事",
        "Four things today",
        (
            "供水温度随室外气温怎样调",
            "严寒天气里最常见的三类缺陷",
            "疏水阀冻结：发现后的四步",
            "交接班要说清的五句话",
        ),
    ),
    Slide(
        "室外越冷，供水温度越高",
        "Supply temperature follows the weather (°C)",
        chart=(("+5", 65), ("0", 75), ("−5", 85), ("−10", 95), ("−15", 105), ("−20", 115)),
        unit="°C",
    ),
    Slide(
        "严寒天气的三类缺陷",
        "Three kinds of defects in hard frost",
        ("仪表管、疏水阀冻结", "补水量突然增大：先查泄漏", "循环泵跳闸：先保一台运行"),
    ),
    Slide(
        "疏水阀冻结，先做什么",
        "A frozen trap: what comes first",
        ("确认范围，报告值长", "核对阀门编号，挂牌", "投伴热，小流量暖管", "恢复后复查三十分钟"),
    ),
    Slide(
        "交接班五句话",
        "Five sentences at handover",
        (
            "设备状态有什么变化",
            "哪些缺陷还没有消除",
            "哪些阀门挂着牌",
            "今晚气温和预案",
            "谁在现场，怎样联系",
        ),
    ),
)


def write_slides(folder: Path) -> Path:
    """Write all slides into ``folder`` (made if missing); returns the first one."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, slide in enumerate(SLIDES, start=1):
        path = folder / _name(number)
        path.write_text(render(slide, number), encoding="utf-8")
    return folder / _name(1)


def render(slide: Slide, number: int) -> str:
    """One slide as an SVG document of 1600 × 900."""
    body: Callable[[Slide], str] = _chart if slide.chart else _bullets
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f"<title>{escape(slide.title)}</title>",
        f'<a href="{_name(number % len(SLIDES) + 1)}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FBFCFC"/>',
        f'<rect x="110" y="118" width="84" height="8" fill="{ACCENT}"/>',
        _text(110, 214, slide.title, 72, INK, SONG, 700),
        _text(110, 276, slide.english, 32, QUIET),
        body(slide),
        f'<path d="M110 816H1490" stroke="{LINE}"/>',
        _text(110, 858, "北原热电有限公司 · AQ-103", 24, QUIET),
        _text(1490, 858, f"{number} / {len(SLIDES)}", 24, QUIET, anchor="end"),
        "</a></svg>",
    )
    return "\n".join(parts)


def _name(number: int) -> str:
    return f"{number:02d}.svg"


def _text(
    x: int,
    y: int,
    text: str,
    size: int,
    fill: str,
    family: str = SANS,
    weight: int = 400,
    anchor: str = "start",
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" font-family="{family}" '
        f'font-weight="{weight}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _bullets(slide: Slide) -> str:
    lines = []
    for number, bullet in enumerate(slide.bullets, start=1):
        y = 300 + number * 96
        lines.append(_text(110, y, str(number), 52, ACCENT, SONG, 700))
        lines.append(_text(190, y, bullet, 44, INK))
    return "\n".join(lines)


def _chart(slide: Slide) -> str:
    """Columns in the order given; the value stands above each, so no axis is needed."""
    top = max(value for _, value in slide.chart)
    step = 1380 // len(slide.chart)
    parts = []
    for place, (label, value) in enumerate(slide.chart):
        x, height = 110 + place * step, round(value / top * 330)
        middle = x + step // 2
        parts.append(
            f'<rect x="{x + 30}" y="{740 - height}" width="{step - 60}" height="{height}" '
            f'rx="6" fill="{WARM if value == top else ACCENT}"/>'
        )
        parts.append(
            _text(middle, 722 - height, f"{value:g} {slide.unit}", 32, INK, anchor="middle")
        )
        parts.append(_text(middle, 786, label, 32, QUIET, anchor="middle"))
    return "\n".join(parts)
