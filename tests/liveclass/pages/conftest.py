"""The demo company on a fixed afternoon: every page is tried on the people one would sign in as."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from liveclass.demo.load import Loaded, load
from members.accounts.models import Member

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2026, 12, 9, 14, 52, tzinfo=SHANGHAI)
"""Three minutes before the class that can be started now."""

NOW, LATER, AHEAD, PAST = "heatsafe", "readtext", "waterway", "casestdy"

Visit = Callable[..., Client]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker takes all of these, so that the demo is loaded once."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("pages"))


@pytest.fixture(scope="package")
def demo(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Loaded]:
    """The demo, loaded once for these files and taken back after them."""
    folder: Path = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock(), time_machine.travel(MOMENT, tick=False):  # type: ignore[attr-defined]
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  # as Django's TestCase does
        with outer:
            yield load("a-password-for-tests", folder)
            transaction.set_rollback(True)


@pytest.fixture
def visit(demo: Loaded, db: None) -> Visit:
    """``visit("1005")``: a browser signed in as that person; ``visit(None)``: a stranger's."""

    def sign_in(number: str | None, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        if number is not None:
            member = Member.objects.get(staff_no=number)
            member.language = language
            member.save(update_fields=["language"])
            client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in
