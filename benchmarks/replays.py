"""How soon a class of 90 minutes plays again after *End class*, through the whole product.

Every packet of the class (720p30 H264 about 1 Mbit/s, and Opus) is written by the recorder into the
run of a scheduled class, as fast as it takes them. Then a lecturer goes live in Chromium: the media
process goes on with that run, as after a restart, and records her camera too. She ends the class
with its button; from that click on it is counted until a member's replay page has its first media
bytes, and until its sound or picture moves.

The files of the 90 minutes are closed when the run is taken over, not by the end of the class; what
closing them costs is *stop → closed* of ``benchmarks.recording``.

    python -m benchmarks.replays [--minutes 90] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from pathlib import Path

from playwright.async_api import Page, Response, async_playwright, expect

from benchmarks.recording import film, packets, sound
from benchmarks.table import Table
from realtime.sfu.recording import index
from realtime.sfu.recording.recorder import Recorder
from realtime.sfu.recording.track import AudioTrack, VideoTrack
from tests.browser.classroom import go_live, schedule, submit_class
from tests.browser.conftest import CHROMIUM, FLAGS, HOST, MEMBER, People
from tests.browser.words import word
from tests.platform_process import Platform

LIVE_S = 6.0
"""For so long she is really live."""
MOST_WAITING = 20_000
BEGIN = """
from datetime import timedelta
from django.utils import timezone
from liveclass.recordings.models import Recording
from liveclass.rooms.models import Room
room = Room.objects.get(session__code="{code}")
at = timezone.now() - timedelta(minutes={minutes})
run = int(at.timestamp() * 1000)
Recording.objects.create(room=room, run=run, state="stopped", started_at=at,
                         started_by_id=room.session.activity.lecturer_id)
print("RUN", run)
"""
PLAYS = "() => [...document.querySelectorAll('[data-lane] > *')].some(one => one.currentTime > 0.5)"


def write(root: Path, code: str, run: int, minutes: int) -> float:
    """The class, by the recorder; the seconds that took."""
    recorder = Recorder(root, 0, lambda *_: None)
    recorder.ahead -= minutes * 60  # its clock is that of the beginning of the class
    recorder.start()
    recorder.begin(code, run)
    tracks = {"video": VideoTrack("H264", lambda: None), "audio": AudioTrack()}
    for kind, track in tracks.items():
        recorder.join((code, "camera"), kind, track)
    film(), sound()
    began = time.monotonic()
    for kind, packet, at in packets(minutes * 60):
        recorder.inbox.packet(tracks[kind].packet, packet, run / 1000 + at)
        while recorder.inbox.waiting > MOST_WAITING:
            time.sleep(0.01)
    while recorder.inbox.waiting:
        time.sleep(0.01)
    recorder.ahead += minutes * 60
    recorder.close()
    if recorder.inbox.refused:
        raise RuntimeError(f"{recorder.inbox.refused} packets were not taken")
    return time.monotonic() - began


async def end(host: Page) -> None:
    """The button, and that it is meant."""
    await host.locator("[data-control=end], .ctl.danger, .ctl.end").first.click()
    asked = host.locator("#ask-end[open], #ask-end dialog[open]")
    await asked.get_by_role("button", name=word("en", "class.end")).click()


async def watch(member: Page, code: str) -> tuple[float, float]:
    """Monotonic times of the first media bytes at the replay page and of the first movement."""
    first: list[float] = []

    def came(answer: Response) -> None:
        media = re.search(r"/recording/\d+/.*\.(mp4|webm)", answer.url)
        if media and answer.ok and not first:
            first.append(time.monotonic())

    member.on("response", came)
    await member.goto(f"/classes/{code}/replay/")
    await member.locator("[data-play]").click(timeout=30_000)
    await member.wait_for_function(PLAYS, timeout=30_000)
    return first[0], time.monotonic()


async def once(people: People, platform: Platform, minutes: int) -> tuple[float, float, int, float]:
    """Seconds to the first bytes and to movement; MB of the run; seconds of writing it."""
    host = await people.sign_in(HOST, "en", permissions=True)
    member = await people.sign_in(MEMBER, "en")
    code = await schedule(host, "benchmark", everyone=True)
    await host.goto(f"/classes/{code}/edit/")
    await host.locator("[name=recording]").check()
    await submit_class(host)
    told = await asyncio.to_thread(
        platform.manage, "shell", "-c", BEGIN.format(code=code, minutes=minutes)
    )
    found = re.search(r"RUN (\d+)", told)
    if found is None:
        raise RuntimeError(told)
    run, root = int(found[1]), platform.data_dir / "recordings"
    wrote = await asyncio.to_thread(write, root, code, run, minutes)
    await go_live(host, code)
    await expect(host.locator("[data-recording=on]")).to_be_visible(timeout=30_000)
    await asyncio.sleep(LIVE_S)
    began = time.monotonic()
    await end(host)
    bytes_at, moves_at = await watch(member, code)
    folder = root / code / str(run)
    kept = index.read(folder)
    if kept is None or max(piece.start + piece.duration for piece in kept.pieces) < minutes * 60:
        raise RuntimeError("it is not the whole class")
    if not all(piece.closed for piece in kept.pieces):
        raise RuntimeError("files are still open")
    size = sum(path.stat().st_size for path in folder.iterdir()) // 1_000_000
    await people.leave()
    return bytes_at - began, moves_at - began, size, wrote


async def measure(platform: Platform, rounds: int, minutes: int) -> None:
    """Print a row for each round."""
    table = Table(
        "End class to replay", "class min", "MB", "written in s", "first bytes s", "plays s"
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for _ in range(rounds):
            people = People(browser, platform)
            first, moves, size, wrote = await once(people, platform, minutes)
            table.row(minutes, size, f"{wrote:.0f}", f"{first:.2f}", f"{moves:.2f}")
        await browser.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liveclass-replays-") as folder:
        platform = Platform(Path(folder))
        platform.prepare()
        platform.start()
        try:
            asyncio.run(measure(platform, given.rounds, given.minutes))
        finally:
            platform.stop()


if __name__ == "__main__":
    main()
