"""What the staff did is written down once, and read by whom it concerns."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from liveclass.acts import queries
from liveclass.acts.models import Act
from liveclass.admission import actions as admission
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.guests import actions as guests
from liveclass.removal import actions as removal
from liveclass.reporting import actions as reporting
from liveclass.reporting.models import Report
from liveclass.speaking import actions as speaking
from members.units.actions import save_organisation
from tests.liveclass.world import World
from tests.people import signed_in

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def moderated(world: World) -> World:
    """A class in which ann was moderated in every way, and bob took back a line of his own."""
    world.start()
    for who in (world.ann, world.bob):
        world.enter(who)
        world.do(chat.post, who, "a line")
        world.do(chat.recall, world.assistant if who is world.ann else who, _newest())
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    world.do(speaking.end_speaking, world.assistant, world.ann.member)
    world.do(removal.remove_member, world.assistant, world.ann.member)
    world.do(removal.readmit_member, world.host, world.ann.member)
    world.do(admission.set_lobby, world.host, "others")
    world.run(admission.knock, world.room.pk, world.code, world.stranger)
    world.do(admission.let_in, world.host, None)
    return world


def _newest() -> int:
    return int(Message.objects.latest("pk").pk)


def test_every_act_has_its_line(moderated: World) -> None:
    lines = queries.everything(moderated.room.pk, ZONE)
    told = [(one.actor.name, one.member and one.member.name, one.people) for one in lines]
    assert told == [
        ("assistant", "ann", None),
        ("assistant", "ann", None),
        ("assistant", "ann", None),
        ("host", "ann", None),
        ("host", None, None),
        ("host", None, 1),
    ]
    assert list(Act.objects.order_by("pk").values_list("kind", flat=True)) == [
        "line_removed", "speaking_ended", "removed", "readmitted", "lobby_others", "admitted_all",
    ]  # fmt: skip


def test_repeated_commands_write_nothing_more(moderated: World) -> None:
    before = Act.objects.count()
    moderated.do(chat.recall, moderated.host, Message.objects.earliest("pk").pk)
    moderated.do(speaking.end_speaking, moderated.host, moderated.ann.member)
    moderated.do(removal.readmit_member, moderated.host, moderated.ann.member)
    assert Act.objects.count() == before


def test_a_member_reads_on_the_class_page_what_concerned_her(moderated: World) -> None:
    page = f"/classes/{moderated.code}/"
    hers = signed_in(moderated.people["ann"], "en").get(page).content.decode()
    for words in ("Removed a message", "Sent out", "Let in again", "by Assistant"):
        assert words in hers
    assert "Let in everybody" not in hers
    for name in ("bob", "stranger"):
        other = signed_in(moderated.people[name], "en").get(page).content.decode()
        assert "What the staff of this class did about you" not in other


def test_the_staff_read_all_in_the_summary_and_members_nothing(moderated: World) -> None:
    moderated.end()
    page = f"/classes/{moderated.code}/summary/"
    staff = signed_in(moderated.people["assistant"], "en").get(page).content.decode()
    assert staff.count("Let in everybody from the lobby") == 1
    assert "Sent out" in staff
    member = signed_in(moderated.people["bob"], "en").get(page).content.decode()
    assert "Moderation" not in member
    assert "Sent out" not in member


def test_only_the_last_acts_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SHOWN", 2)
    for on in (True, False, True):
        world.do(admission.lock, world.host, on)
    with override("en"):
        lines = queries.everything(world.room.pk, ZONE)
    assert [one.what for one in lines] == ["Unlocked the class", "Locked the class"]


def test_the_lobby_s_message_reports_and_guest_links_leave_a_line(world: World) -> None:
    world.start()
    world.enter(world.bob)
    for text in ("请稍等", "请稍等", ""):
        world.do(admission.say_in_lobby, world.assistant, text)
    world.do(chat.post, world.bob, "x")
    world.do(reporting.send, world.ann, _newest(), None, "why")
    for _ in range(2):
        world.do(reporting.settle, world.host, Report.objects.get().pk)
    save_organisation(guests_allowed=True)
    guests.make_link(world.host, 20)
    for _ in range(2):
        guests.close_link(world.assistant)
    lines = queries.everything(world.room.pk, ZONE)
    assert [(one.actor.name, one.people) for one in lines] == [
        ("assistant", None), ("assistant", None), ("host", None), ("host", 20), ("assistant", None),
    ]  # fmt: skip
    assert list(Act.objects.order_by("pk").values_list("kind", flat=True)) == [
        "lobby_said", "lobby_said", "report_settled", "link_made", "link_closed",
    ]  # fmt: skip
    assert not Act.objects.filter(member__isnull=False).exists(), "nobody learns who was reported"
