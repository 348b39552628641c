"""Covers: any picture becomes one size and one form; what is none leaves the old one."""

from __future__ import annotations

import io
import struct
from typing import Any

import av
import pytest
from av.video.frame import VideoFrame
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.catalog import covers
from courses.catalog.models import Course
from tests.people import People, signed_in

SECRET = b"GPS 40.1234 N"


def picture(
    codec: str = "png", width: int = 640, height: int = 640, pixels: str = "rgb24"
) -> bytes:
    """A picture: red in its middle third, black above and below."""
    frame = VideoFrame(width, height, "rgb24")
    third = height // 3
    rows = [(b"\xff\0\0" if third < y < 2 * third else b"\0\0\0") for y in range(height)]
    plane = frame.planes[0]
    plane.update(b"".join((row * width).ljust(plane.line_size, b"\0") for row in rows))
    out = io.BytesIO()
    form = {"mjpeg": "mjpeg", "libwebp": "webp"}.get(codec, "image2pipe")
    with av.open(out, "w", format=form) as file:
        stream: Any = file.add_stream(codec, rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        for packet in [*stream.encode(frame.reformat(format=pixels)), *stream.encode(None)]:
            file.mux(packet)
    return out.getvalue()


def commented(jpeg: bytes) -> bytes:
    """With a comment behind the first marker (ITU-T T.81 B.2.4.5)."""
    return jpeg[:2] + b"\xff\xfe" + struct.pack("!H", len(SECRET) + 2) + SECRET + jpeg[2:]


@pytest.mark.parametrize(
    ("codec", "pixels"),
    [("png", "rgb24"), ("png", "rgba"), ("mjpeg", "yuvj420p"), ("libwebp", "yuv420p")],
)
def test_every_picture_becomes_a_cover(codec: str, pixels: str) -> None:
    made = covers.cover(picture(codec, 800, 500, pixels))
    assert covers.size_of(made) == ("jpeg", covers.WIDTH, covers.HEIGHT)


def test_the_middle_is_kept_and_nothing_but_the_pixels() -> None:
    made = covers.cover(commented(picture("mjpeg", 600, 600, "yuvj420p")))
    assert SECRET not in made
    with av.open(io.BytesIO(made), "r", format="jpeg_pipe") as found:
        shown = next(found.decode(video=0)).reformat(format="rgb24")
    plane = shown.planes[0]
    data, wide = bytes(plane), plane.line_size
    middle = data[wide * 270 + 480 * 3 :][:3]
    assert middle[0] > 200
    assert middle[1] < 60


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b"\x89PNG\r\n\x1a\n", "unknown"), (b"<svg onload=alert(1)>", "unknown"),
        (b"\xff\xd8\xff\xe0 cut off", "unknown"), (picture(width=32, height=32), "too_small"),
        (picture()[:200], "unknown"), (b"\xff" * (covers.MOST_BYTES + 1), "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(covers.BadPicture) as refused:
        covers.cover(data)
    assert refused.value.code == code


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av, "open", lambda *_given, **_more: pytest.fail("it was decoded"))
    small = b"\x89PNG\r\n\x1a\n" + struct.pack("!I4sII", 13, b"IHDR", 60_000, 60_000)
    with pytest.raises(covers.BadPicture) as refused:
        covers.cover(small + b"\0" * 100)
    assert refused.value.code == "too_large"


def send(client: Any, course: Course, data: bytes | None) -> Any:
    sent = {"remove": "1"} if data is None else {"cover": SimpleUploadedFile("a.png", data)}
    return client.post(f"/courses/{course.code}/edit/cover/", sent, follow=True)


def test_an_author_gives_a_cover_and_takes_it_away(
    course: Course,
    people: People,
    settings: Any,
    tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    author, member = signed_in(people.host, "en"), signed_in(people.member, "en")
    address = f"/courses/{course.code}/cover.jpg"
    assert member.get(address).status_code == 404
    send(author, course, picture())
    course.refresh_from_db()
    [kept] = (tmp_path / "covers").iterdir()
    answer = member.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer) == kept.read_bytes()
    assert f"{address}?covers/" in member.get("/courses/").content.decode()
    said = send(author, course, b"no picture").content.decode()
    assert "not a readable JPEG" in said
    assert kept.exists()
    with django_capture_on_commit_callbacks(execute=True):
        send(author, course, picture(width=700))
    assert len(list((tmp_path / "covers").iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        send(author, course, None)
    assert list((tmp_path / "covers").iterdir()) == []
    assert member.get(address).status_code == 404


def test_who_may_see_and_change_a_cover(
    draft: Course, people: People, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    send(signed_in(people.host), draft, picture())
    change, look = f"/courses/{draft.code}/edit/cover/", f"/courses/{draft.code}/cover.jpg"
    for name, member in people.everybody.items():
        client = signed_in(member)
        writes = name in {"host", "admin"}
        expected = 302 if writes or member is None else 403
        assert client.post(change, {}).status_code == expected, name
        seen = client.get(look)
        b"".join(seen)  # to its end: the file is closed then
        assert seen.status_code == (302 if member is None else 200 if writes else 404), name
