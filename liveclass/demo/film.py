"""The film of the demo: slides with the time on them and a soft tone, made on this machine.

Nothing of it lies in the repository: typst sets one picture for each second, PyAV encodes them. A
second or two of the worker's time, once.
"""

from __future__ import annotations

import io
import json
import math
from fractions import Fraction
from pathlib import Path

import av
import typst

from courses.credits.certificates.paper import FONTS

SIZE = (640, 360)
FPS = 5
RATE = 24_000
EACH = 15
"""Seconds of one slide."""
TONE = 440.0
CODING = {"g": str(5 * FPS), "preset": "veryfast", "tune": "stillimage"}
"""A whole picture every five seconds: between them only the clock changes."""
TEMPLATE = Path(__file__).with_name("film.typ")

SLIDES = (
    ("液氨与脱硝系统安全", "Ammonia and denitrification: safety",
     ("液氨为什么用，放在哪里", "泄漏时先看风向", "洗眼器与喷淋在哪里")),
    ("泄漏：先看风向", "A leak: look at the wind first",
     ("向上风向撤，不向低处走", "湿毛巾掩住口鼻", "报告值长：位置、大小、有无伤员")),
    ("处置：两人一组", "Dealing with it: two together",
     ("正压式呼吸器先检查气压", "先关阀，再开水幕", "无关人员退到警戒线外")),
    ("每班检查", "Checked every shift",
     ("风向标、报警器、喷淋都要试", "呼吸器气压写进交接班记录", "阀门编号与图纸一致")),
)  # fmt: skip
SECONDS = EACH * len(SLIDES)


def make_film(path: Path) -> None:
    """An MP4 (H264, AAC, the index first) of ``SECONDS`` at ``path``; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as file:
        video = file.add_stream("libx264", rate=FPS, options=CODING)
        video.width, video.height = SIZE
        video.pix_fmt, video.bit_rate = "yuv420p", 120_000
        audio = file.add_stream("aac", rate=RATE)
        audio.layout = "mono"
        for second, picture in enumerate(_pictures()):
            frame = _frame(picture)
            for part in range(FPS):
                frame.pts, frame.time_base = second * FPS + part, Fraction(1, FPS)
                file.mux(video.encode(frame))
            for start in range(0, RATE, 1000):
                file.mux(audio.encode(_sound(second, start)))
        file.mux(video.encode(None))
        file.mux(audio.encode(None))


def _pictures() -> list[bytes]:
    """One PNG for each second."""
    film = {
        "foot": "北原热电有限公司 · AQ-105",
        "slides": [
            {"title": title, "english": english, "lines": lines} for title, english, lines in SLIDES
        ],
        "seconds": [
            {
                "slide": second // EACH,
                "share": round((second + 1) * 100 / SECONDS),
                "clock": f"{_clock(second)} / {_clock(SECONDS)}",
            }
            for second in range(SECONDS)
        ],
    }
    compiler = typst.Compiler(
        input=str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=[str(FONTS)]
    )
    inputs = {"film": json.dumps(film, ensure_ascii=False)}
    made = compiler.compile(sys_inputs=inputs, format="png", ppi=72.0)
    if not isinstance(made, list) or len(made) != SECONDS:
        raise TypeError("typst made another number of pictures than asked for")
    return made


def _clock(second: int) -> str:
    return f"{second // 60:02}:{second % 60:02}"


def _frame(picture: bytes) -> av.VideoFrame:
    with av.open(io.BytesIO(picture), "r", format="png_pipe") as file:
        frame = next(file.decode(video=0))
    return frame.reformat(width=SIZE[0], height=SIZE[1], format="yuv420p")


def _sound(second: int, start: int) -> av.AudioFrame:
    """A twenty-fourth of a second: a tone that fades where a slide begins, else silence."""
    frame = av.AudioFrame("s16", "mono", 1000)
    samples = bytearray(2000)
    if second % EACH == 0 and start < RATE // 2:
        for at in range(1000):
            time = (start + at) / RATE
            value = int(4000 * math.sin(2 * math.pi * TONE * time) * math.exp(-6 * time))
            samples[2 * at : 2 * at + 2] = value.to_bytes(2, "little", signed=True)
    plane = frame.planes[0]
    plane.update(bytes(samples).ljust(plane.buffer_size, b"\0"))
    frame.pts, frame.rate, frame.time_base = second * RATE + start, RATE, Fraction(1, RATE)
    return frame
