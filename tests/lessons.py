"""Courses with lessons of real files: seconds of picture and tone, and pages, made on the spot."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import av

RATE = 48_000
FPS = 10


def make_video(path: Path, seconds: int, size: tuple[int, int] = (320, 180)) -> None:
    """An MP4 that browsers play from any place: H264 whose brightness grows, and a tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as file:
        video = file.add_stream("libx264", rate=FPS, options={"g": str(FPS), "preset": "ultrafast"})
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        audio = file.add_stream("aac", rate=RATE)
        audio.layout = "mono"
        for number in range(seconds * FPS):
            frame = av.VideoFrame(*size, "yuv420p")
            for plane, value in zip(frame.planes, (40 + number % 180, 110, 140), strict=True):
                plane.update(bytes([value]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        for start in range(0, seconds * RATE, 1024):
            tone = av.AudioFrame("s16", "mono", 1024)
            wave = (int(3000 * math.sin(at / 20)) for at in range(start, start + 1024))
            tone.planes[0].update(b"".join(one.to_bytes(2, "little", signed=True) for one in wave))
            tone.pts, tone.rate, tone.time_base = start, RATE, Fraction(1, RATE)
            file.mux(audio.encode(tone))
        file.mux(audio.encode(None))


def make_pdf(path: Path, pages: int) -> None:
    """A document with a line of text on each page (ISO 32000-1 §7.5)."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(pages))
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"]
    for number in range(pages):
        text = f"BT /F1 32 Tf 60 700 Td (Page {number + 1} of the rules) Tj ET"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {4 + 2 * number} 0 R"
            f"/Resources<</Font<</F1 {font}>>>>>>"
        )
        objects.append(f"<</Length {len(text)}>>stream\n{text}\nendstream")
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{one}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body + end.encode())
