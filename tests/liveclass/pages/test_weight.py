"""What a room page weighs before media starts: a phone between two shifts pays for every byte."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.liveclass.pages.conftest import NOW, Visit

GOAL = 90_000
"""Bytes of our scripts and style sheets, compressed, that a member's room page may load."""


def weight(page: str) -> int:
    """Compressed bytes of every script and style sheet of ``page`` that is a file of ours."""
    named = re.findall(r'(?:src|href)="/static/([^"?]+\.(?:js|css))"', page)
    assert named, "the page names no file of ours"
    files = [Path(str(finders.find(name))) for name in named]
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_room_page_is_light(visit: Visit, language: str) -> None:
    member = visit("1013", language).get(f"/classes/{NOW}/room/").content.decode()
    assert weight(member) <= GOAL


def test_a_member_does_not_carry_the_lecturer_s_desk(visit: Visit) -> None:
    """Words of one language, and the parts that only host and assistants see, are left at home."""
    member, assistant = (
        visit(number).get(f"/classes/{NOW}/room/").content.decode() for number in ("1013", "1007")
    )
    assert "build/room.js" in member
    assert "build/staff.js" not in member
    assert "build/words-en.js" in member
    assert "build/words-zh.js" not in member
    assert "build/staff.js" in assistant
    assert "build/room.js" not in assistant
    assert weight(member) < weight(assistant)
