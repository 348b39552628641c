"""tus 1.0.0 clause by clause: create, ask, send, go on, give up; and who may."""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from courses.catalog.folders import folder_of
from courses.catalog.models import MAX_FILE, Lesson, Material
from courses.uploads import actions, store
from courses.uploads.models import Upload
from tests.people import People, signed_in

TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
BYTES = os.urandom(3000)


def metadata(**said: str) -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()
    )


def begin(client: Client, lesson: Lesson, size: int = 3000, **said: str) -> Any:
    said = {"filename": "讲座.mp4", **said}
    return client.post(
        f"/courses/uploads/{lesson.section.course.code}/{lesson.pk}/",
        headers={"Upload-Length": str(size), "Upload-Metadata": metadata(**said)}, **TUS,
    )  # fmt: skip


def send(client: Client, address: str, offset: int, body: bytes, **more: str) -> Any:
    return client.patch(
        address, body, content_type="application/offset+octet-stream",
        headers={"Upload-Offset": str(offset), **more}, **TUS,
    )  # fmt: skip


def code_of(answer: HttpResponse) -> str:
    import json

    code: str = json.loads(answer.content)["code"]
    return code


def test_a_file_arrives_in_parts_and_waits_to_be_made_ready(people: People, video: Lesson) -> None:
    host = signed_in(people.host)
    made = begin(host, video)
    assert (made.status_code, made["Tus-Resumable"]) == (201, "1.0.0")
    assert "Upload-Expires" in made
    address = made["Location"]
    first = send(host, address, 0, BYTES[:1000])
    assert (first.status_code, first["Upload-Offset"]) == (204, "1000")
    asked = host.head(address, **TUS)  # after the laptop was opened again
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("1000", "3000")
    assert asked["Cache-Control"] == "no-store"
    send(host, address, 1000, BYTES[1000:])
    material = Material.objects.get(lesson=video)
    assert (material.version, material.state, material.name) == (1, "waiting", "讲座.mp4")
    assert (folder_of(material.folder) / "source").read_bytes() == BYTES
    assert not Upload.objects.exists()
    assert host.head(address, **TUS).status_code == 404


def test_options_say_what_is_spoken(people: People, video: Lesson) -> None:
    told = signed_in(people.host).options(f"/courses/uploads/AQ-101/{video.pk}/")
    assert told.status_code == 204
    assert told["Tus-Version"] == "1.0.0"
    assert told["Tus-Max-Size"] == str(MAX_FILE)
    assert "termination" in told["Tus-Extension"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("host", 201), ("assistant", 403), ("member", 403), ("outsider", 403), ("admin", 201),
     ("anonymous", 401)],
)  # fmt: skip
def test_only_who_may_change_the_course_sends_files(
    people: People, video: Lesson, who: str, status: int
) -> None:
    assert begin(signed_in(people.everybody[who]), video).status_code == status
    page = signed_in(people.everybody[who]).get(f"/courses/AQ-101/edit/lessons/{video.pk}/file/")
    assert page.status_code == {201: 200, 401: 302}.get(status, status)


def test_nobody_goes_on_with_anothers_upload(people: People, video: Lesson) -> None:
    address = begin(signed_in(people.host), video)["Location"]
    admin = signed_in(people.admin)
    assert admin.head(address, **TUS).status_code == 404
    assert send(admin, address, 0, BYTES).status_code == 404
    assert admin.delete(address, **TUS).status_code == 404
    assert Upload.objects.get().offset == 0


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload-Length": "0"}, 400, "empty"),
        ({"Upload-Length": str(MAX_FILE + 1)}, 413, "too_large"),
        ({"Upload-Length": "-1"}, 400, "malformed"),
        ({"Upload-Length": ""}, 400, "malformed"),
        ({"Upload-Metadata": "filename ###"}, 400, "malformed"),
        ({"Upload-Metadata": metadata(filename="a.exe")}, 415, "wrong_kind"),
        ({"Upload-Metadata": metadata(filename="a.pdf")}, 415, "wrong_kind"),
        ({"Upload-Metadata": metadata(filename="a.mp4", sha256="zz")}, 400, "malformed"),
        ({"Tus-Resumable": "0.2.2"}, 412, "wrong_version"),
    ],
)
def test_what_cannot_be_right_is_refused_before_a_byte_is_sent(
    people: People, video: Lesson, headers: dict[str, str], status: int, code: str
) -> None:
    sent = {
        "Upload-Length": "10", "Upload-Metadata": metadata(filename="a.mp4"),
        "Tus-Resumable": "1.0.0", **headers,
    }  # fmt: skip
    answer = signed_in(people.host, "en").post(f"/courses/uploads/AQ-101/{video.pk}/", headers=sent)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert not Upload.objects.exists()


def test_a_part_at_the_wrong_place_changes_nothing(people: People, video: Lesson) -> None:
    host = signed_in(people.host)
    address = begin(host, video)["Location"]
    send(host, address, 0, BYTES[:1000])
    for offset in (0, 999, 2000):
        assert send(host, address, offset, b"x" * 500).status_code == 409
    assert send(host, address, 1000, b"x" * 5000).status_code == 413  # more than was announced
    assert host.head(address, **TUS)["Upload-Offset"] == "1000"
    send(host, address, 1000, BYTES[1000:])
    folder = Material.objects.get().folder
    assert (folder_of(folder) / "source").read_bytes() == BYTES


def test_a_damaged_part_is_sent_again(people: People, video: Lesson) -> None:
    host = signed_in(people.host)
    address = begin(host, video)["Location"]
    right = base64.b64encode(hashlib.sha256(BYTES).digest()).decode()
    wrong = send(host, address, 0, b"y" * 3000, **{"Upload-Checksum": f"sha256 {right}"})
    assert (wrong.status_code, code_of(wrong)) == (460, "checksum")
    assert host.head(address, **TUS)["Upload-Offset"] == "0"
    assert send(host, address, 0, BYTES, **{"Upload-Checksum": "md5 x"}).status_code == 400
    again = send(host, address, 0, BYTES, **{"Upload-Checksum": f"sha256 {right}"})
    assert again.status_code == 204


def test_another_writer_is_told_to_wait(people: People, video: Lesson) -> None:
    host = signed_in(people.host)
    address = begin(host, video)["Location"]
    upload = Upload.objects.get()
    with store.opened(store.arriving(upload.pk)):
        answer = send(host, address, 0, BYTES)
    assert (answer.status_code, code_of(answer)) == (423, "busy")
    assert send(host, address, 0, BYTES).status_code == 204


def test_who_comes_late_with_the_same_part_overwrites_nothing(
    people: People, video: Lesson
) -> None:
    begin(signed_in(people.host), video)
    late = Upload.objects.get()
    actions.add(Upload.objects.get(), 0, [BYTES[:1000]])
    with pytest.raises(actions.UploadRefused, match="offset"):
        actions.add(late, 0, [b"x" * 500])
    assert store.arriving(late.pk).read_bytes() == BYTES[:1000]
    with pytest.raises(actions.UploadRefused, match="checksum"):
        actions.add(Upload.objects.get(), 1000, [b"x" * 500], "0" * 64)
    assert store.arriving(late.pk).read_bytes() == BYTES[:1000]


def test_a_full_disk_loses_nothing_that_was_there(
    people: People, video: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel refuses to let a file grow beyond RLIMIT_FSIZE, as a full disk does."""
    import resource
    import signal

    host = signed_in(people.host, "en")
    address = begin(host, video, 60_000)["Location"]
    send(host, address, 0, BYTES)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setattr(actions, "STEP", 1000)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        upload = Upload.objects.get()
        with pytest.raises(actions.UploadRefused, match="disk_full"):
            actions.add(upload, 3000, iter([b"x" * 15_000, b"x" * 25_000]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    upload.refresh_from_db()
    assert upload.offset == 3000
    assert store.arriving(upload.pk).read_bytes() == BYTES
    monkeypatch.setattr(store, "RESERVE", 1 << 62)
    refused = begin(host, video)
    assert (refused.status_code, code_of(refused)) == (507, "disk_full")
    assert "no room" in refused.json()["message"]


def test_given_up_and_forgotten_uploads_leave_no_bytes(
    people: People, video: Lesson, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    host = signed_in(people.host)
    kept, dropped, old = (begin(host, video)["Location"] for _ in range(3))
    for address in (kept, dropped, old):
        send(host, address, 0, BYTES[:10])
    with django_capture_on_commit_callbacks(execute=True):
        assert host.delete(dropped, **TUS).status_code == 204
        forgotten = Upload.objects.filter(pk=old.split("/")[-2])
        forgotten.update(changed_at=timezone.now() - timedelta(days=8))
        assert actions.sweep() == 1
    assert [one.name for one in (folder / "arriving").iterdir()] == [kept.split("/")[-2]]
    assert host.head(kept, **TUS)["Upload-Offset"] == "10"


def test_nobody_fills_the_list(people: People, video: Lesson) -> None:
    host = signed_in(people.host)
    for _ in range(actions.MOST):
        assert begin(host, video).status_code == 201
    assert code_of(begin(host, video)) == "too_many"
    assert begin(signed_in(people.admin), video).status_code == 201


def test_a_course_in_review_takes_no_files(people: People, video: Lesson) -> None:
    course = video.section.course
    course.state = "review"
    course.save()
    assert code_of(begin(signed_in(people.host), video)) == "locked"
