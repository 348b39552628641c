"""Captions of a lesson's file: removed, and taken over when the file is replaced."""

from __future__ import annotations

import pytest

from courses.catalog.models import Caption, Lesson, Material
from courses.completion.actions import enrol
from courses.completion.models import Progress
from courses.uploads import actions
from courses.uploads.queries import left_behind
from tests.people import People, signed_in

TEXT = "WEBVTT\n\n00:00.000 --> 00:01.000\n{}\n"


def version(lesson: Lesson, people: People, number: int) -> Material:
    return Material.objects.create(
        lesson=lesson, version=number, uploaded_by=people.host, file="media.mp4", name="a.mp4",
        length=600, state="ready",
    )  # fmt: skip


@pytest.fixture
def second(video: Lesson, people: People) -> Material:
    """The second file of a lesson whose first had captions in both languages."""
    first = version(video, people, 1)
    for language in ("en", "zh-hans"):
        actions.write_captions(first, language, TEXT.format(language))
    return version(video, people, 2)


def base(video: Lesson) -> str:
    return f"/courses/AQ-101/edit/lessons/{video.pk}/file/"


def test_who_may_change_them(people: People, video: Lesson, second: Material) -> None:
    for path in ("2/captions/carry/", "1/captions/remove/"):
        for role, who in people.everybody.items():
            answer = signed_in(who).post(base(video) + path, {"language": "en"})
            wanted = {"host": 302, "admin": 302, "anonymous": 302}.get(role, 403)
            assert answer.status_code == wanted, (role, path)
            if who is None:
                assert "login" in answer["Location"]
        assert signed_in(people.host).get(base(video) + path).status_code == 405


def test_captions_of_the_earlier_file_are_offered_and_taken_over(
    people: People, video: Lesson, second: Material
) -> None:
    actions.write_captions(second, "en", TEXT.format("new"))
    assert [one.language for one in left_behind(second)] == ["zh-hans"]
    host = signed_in(people.host, "en")
    assert "The earlier file has captions" in host.get(base(video)).content.decode()
    host.post(f"{base(video)}2/captions/carry/")
    assert {one.language: one.text for one in second.captions.all()} == {
        "en": TEXT.format("new"), "zh-hans": TEXT.format("zh-hans"),
    }  # fmt: skip
    assert "The earlier file has captions" not in host.get(base(video)).content.decode()
    assert actions.carry_captions(second) == 0


def test_one_language_is_removed_and_the_other_stays(
    people: People, video: Lesson, second: Material
) -> None:
    host = signed_in(people.host, "en")
    host.post(f"{base(video)}1/captions/remove/", {"language": "en"})
    host.post(f"{base(video)}1/captions/remove/", {"language": "nonsense"})
    assert [one.language for one in Caption.objects.all()] == ["zh-hans"]


def test_who_had_watched_the_earlier_file_is_told_what_stays(
    people: People, video: Lesson, second: Material
) -> None:
    course = video.section.course
    type(course).objects.update(state="published")
    enrol([people.member.pk], course.pk)
    done = Progress.objects.create(
        member=people.member, lesson=video, version=1, length=600, covered=138, permille=230,
        changed_at=second.created_at,
    )  # fmt: skip
    page = signed_in(people.member, "en")
    address = f"/courses/AQ-101/lessons/{video.pk}/play/"
    assert "you had reached 23%" in page.get(address).content.decode()
    Progress.objects.filter(pk=done.pk).update(version=2, cover=b"")
    assert "you had reached" not in signed_in(people.outsider, "en").get(address).content.decode()
