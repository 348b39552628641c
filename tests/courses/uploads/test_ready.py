"""What arrived is looked into and made ready, or says why not; nobody's progress is touched."""

from __future__ import annotations

import errno
import math
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.catalog.folders import folder_of
from courses.catalog.models import Caption, Lesson, Material
from courses.completion.models import Progress
from courses.uploads import actions, jobs
from courses.uploads.captions import checked
from tests.lessons import make_pdf, make_video
from tests.people import People, signed_in
from tests.slide_files import bomb, endless, talk


def arrive(
    lesson: Lesson, people: People, path: Path, name: str = "", sha256: str = ""
) -> Material:
    """The file in one part, then the job."""
    data = path.read_bytes()
    upload = actions.begin(people.host, lesson, name or path.name, len(data), sha256)
    actions.add(upload, 0, [data])
    material = lesson.materials.order_by("-version").first()
    assert material is not None
    jobs.make_ready.call(material.pk)
    material.refresh_from_db()
    return material


def lasts(path: Path) -> float:
    with av.open(str(path)) as file:
        return (file.duration or 0) / av.time_base


def test_a_playable_video_is_passed_through(people: People, video: Lesson, tmp_path: Path) -> None:
    make_video(tmp_path / "a.mp4", 4)
    made = arrive(video, people, tmp_path / "a.mp4")
    assert (made.state, made.file, made.width, made.height) == ("ready", "media.mp4", 320, 180)
    assert 38 <= made.length <= 42
    folder = folder_of(made.folder)
    assert sorted(one.name for one in folder.iterdir()) == ["media.mp4", "poster.jpg"]
    with av.open(str(folder / "media.mp4")) as file:
        assert file.streams.video[0].codec_context.name == "h264"
    head = (folder / "media.mp4").read_bytes()[:4096]
    assert b"moov" in head  # the index first: it plays before it has all arrived
    assert len(made.sha256) == 64
    host = signed_in(people.host)
    page = host.get(f"/courses/AQ-101/edit/lessons/{video.pk}/file/").content.decode()
    assert "a.mp4" in page
    poster = f"/courses/materials/{made.folder}/poster.jpg"
    assert poster in page
    assert host.head(poster)["Content-Type"] == "image/jpeg"
    player = host.get(f"/courses/AQ-101/lessons/{video.pk}/play/")
    assert player.context["data"]["urls"]["poster"] == poster


def test_what_no_phone_plays_becomes_a_ladder(
    people: People, video: Lesson, tmp_path: Path
) -> None:
    path = tmp_path / "old.avi"
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for number in range(20):
            frame = av.VideoFrame(640, 480, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    made = arrive(video, people, path)
    assert (made.state, made.file) == ("ready", "index.m3u8")
    folder = folder_of(made.folder)
    assert "RESOLUTION=480x360" in (folder / "index.m3u8").read_text()
    assert 18 <= made.length <= 23
    assert abs(lasts(folder / "360p" / "index.m3u8") - 2) < 0.4


def test_sound_that_browsers_do_not_share_becomes_aac(
    people: People, audio: Lesson, tmp_path: Path
) -> None:
    path = tmp_path / "talk.wav"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for start in range(0, 48_000, 1600):
            tone = av.AudioFrame("s16", "mono", 1600)
            wave = (int(9000 * math.sin(at / 9)) for at in range(start, start + 1600))
            tone.planes[0].update(b"".join(one.to_bytes(2, "little", signed=True) for one in wave))
            tone.pts, tone.rate, tone.time_base = start, 16_000, Fraction(1, 16_000)
            file.mux(stream.encode(tone))
    made = arrive(audio, people, path)
    assert (made.state, made.file, made.width) == ("ready", "media.mp4", 0)
    assert 28 <= made.length <= 32


def test_a_document_has_pages(people: People, document: Lesson, tmp_path: Path) -> None:
    make_pdf(tmp_path / "rules.pdf", 7)
    made = arrive(document, people, tmp_path / "rules.pdf")
    assert (made.state, made.file, made.length) == ("ready", "document.pdf", 7)


@pytest.mark.parametrize(
    ("kind", "name", "content", "code"),
    [
        ("video", "a.mp4", os.urandom(20_000), "broken"),
        ("video", "a.mp4", b"%PDF-1.4 not at all", "broken"),
        ("audio", "a.mp3", b"x" * 5000, "broken"),
        ("document", "a.pdf", b"PK\x03\x04 a spreadsheet", "no_pdf"),
        ("document", "a.pdf", b"%PDF-1.4\nnothing else", "broken"),
        ("document", "a.pdf", bomb(), "too_heavy"),
        ("document", "a.pdf", endless(), "broken"),
        ("document", "a.pdf", talk(2, password="x"), "encrypted"),
    ],
)
def test_what_is_broken_or_mislabelled_says_so(
    request: pytest.FixtureRequest, people: People, tmp_path: Path,
    kind: str, name: str, content: bytes, code: str,
) -> None:  # fmt: skip
    lesson: Lesson = request.getfixturevalue(kind)
    (tmp_path / name).write_bytes(content)
    made = arrive(lesson, people, tmp_path / name)
    assert (made.state, made.error) == ("failed", code)
    assert list(folder_of(made.folder).iterdir()) == []
    host = signed_in(people.host, "en")
    page = f"/courses/AQ-101/edit/lessons/{lesson.pk}/file/"
    assert "Please" in host.get(page).content.decode()
    assert host.post(f"{page}1/drop/").status_code == 302
    assert not Material.objects.exists()


def test_a_video_cut_in_the_middle_is_refused(
    people: People, video: Lesson, tmp_path: Path
) -> None:
    """Its table of contents comes first and still promises all of it."""
    make_video(tmp_path / "a.mp4", 4)
    whole = (tmp_path / "a.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    made = arrive(video, people, tmp_path / "cut.mp4")
    assert (made.state, made.error) == ("failed", "broken")


def test_a_sound_alone_is_no_video(people: People, video: Lesson, tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as file:
        stream = file.add_stream("aac", rate=48_000, layout="mono")
        tone = av.AudioFrame("s16", "mono", 1024)
        tone.planes[0].update(bytes(2048))
        tone.pts, tone.rate, tone.time_base = 0, 48_000, Fraction(1, 48_000)
        file.mux(stream.encode(tone))
        file.mux(stream.encode(None))
    assert arrive(video, people, tmp_path / "a.mp4").error == "no_video"


def test_another_file_than_was_announced_is_refused(
    people: People, video: Lesson, tmp_path: Path
) -> None:
    make_video(tmp_path / "a.mp4", 1)
    assert arrive(video, people, tmp_path / "a.mp4", sha256="0" * 64).error == "checksum"


def test_a_new_version_takes_nothing_from_anybody(
    people: People, video: Lesson, tmp_path: Path
) -> None:
    make_video(tmp_path / "a.mp4", 2)
    first = arrive(video, people, tmp_path / "a.mp4")
    Progress.objects.create(
        member=people.member, lesson=video, version=1, length=20, covered=20, permille=1000,
        changed_at=first.created_at,
    )  # fmt: skip
    second = arrive(video, people, tmp_path / "a.mp4")
    assert (second.version, Progress.objects.get().permille) == (2, 1000)
    (tmp_path / "b.mp4").write_bytes(b"broken")
    assert arrive(video, people, tmp_path / "b.mp4").state == "failed"
    newest = video.materials.filter(state="ready").order_by("-version").first()
    assert newest == second


def test_a_worker_that_died_is_made_up_for(
    people: People, video: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_video(tmp_path / "a.mp4", 1)
    data = (tmp_path / "a.mp4").read_bytes()
    actions.add(actions.begin(people.host, video, "a.mp4", len(data)), 0, [data])
    made = Material.objects.get()
    queued: list[int] = []
    monkeypatch.setattr(jobs.make_ready, "enqueue", queued.append)
    Material.objects.update(state="processing", progress=40)
    assert jobs.take_up() == 0  # somebody may be at it
    os.utime(folder_of(made.folder) / "source", (0, 0))
    assert (jobs.take_up(), queued) == (1, [made.pk])
    jobs.make_ready.call(made.pk)
    made.refresh_from_db()
    assert made.state == "ready"
    jobs.make_ready.call(made.pk)  # again: nothing happens
    Material.objects.create(lesson=video, version=9, name="gone.mp4", uploaded_by=people.host)
    jobs.take_up()
    assert Material.objects.get(version=9).error == "lost"


def test_a_full_disk_loses_nothing_that_was_sent(
    people: People, video: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    make_video(tmp_path / "a.mp4", 1)
    with monkeypatch.context() as patch:
        patch.setattr(jobs.media, "make", full)
        made = arrive(video, people, tmp_path / "a.mp4")
    assert (made.state, made.error) == ("waiting", "disk_full")
    source = folder_of(made.folder) / "source"
    assert source.is_file(), "several gigabytes would have to be sent again"
    shown = signed_in(people.host, "en").get(f"/courses/AQ-101/edit/lessons/{video.pk}/file/")
    assert "There is no room on the server" in shown.content.decode()
    queued: list[int] = []
    monkeypatch.setattr(jobs.make_ready, "enqueue", queued.append)
    os.utime(source, (0, 0))
    assert (jobs.take_up(), queued) == (1, [made.pk])
    jobs.make_ready.call(made.pk)
    made.refresh_from_db()
    assert (made.state, made.error) == ("ready", "")


def test_captions_are_checked(people: People, video: Lesson, tmp_path: Path) -> None:
    make_video(tmp_path / "a.mp4", 1)
    arrive(video, people, tmp_path / "a.mp4")
    host = signed_in(people.host, "en")
    address = f"/courses/AQ-101/edit/lessons/{video.pk}/file/1/captions/"
    right = "WEBVTT\r\n\r\n00:00.000 --> 00:01.000\r\n从业人员有权拒绝违章指挥\r\n"
    for text, saved in (("<b>no</b>", 0), ("WEBVTT\n\nno cue", 0), (right, 1)):
        sent = SimpleUploadedFile("a.vtt", text.encode(), "text/vtt")
        host.post(address, {"language": "zh-hans", "file": sent})
        assert Caption.objects.count() == saved
    assert "\r" not in Caption.objects.get().text
    with pytest.raises(ValueError, match="long"):
        checked("WEBVTT\n" + "x" * 1_000_001)
    assert signed_in(people.member).post(address).status_code == 403
