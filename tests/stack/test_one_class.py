"""Members on different web processes sit in one class."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.realtime.classroom import Page
from tests.stack.installation import Installation, until

pytestmark = [pytest.mark.asyncio, pytest.mark.kill, pytest.mark.stack]


async def value(page: Page, type: str, **wanted: Any) -> dict[str, Any]:
    """The first message of this type, heard already or to come, with these fields."""
    seen = list(page.heard)
    while True:
        for message in seen:
            if message["type"] == type and wanted.items() <= message.items():
                return message
        seen = [await page.wait_for(type)]


async def test_chat_is_in_one_order_on_both(installation: Installation) -> None:
    ann = await installation.page("ann", "web1")
    bob = await installation.page("bob", "web2")
    for number in range(3):
        said = [ann.do("chat.post", text=f"a{number}"), bob.do("chat.post", text=f"b{number}")]
        assert [one["type"] for one in await asyncio.gather(*said)] == ["accepted"] * 2
    await asyncio.gather(ann.listen(0.5), bob.listen(0.5))
    first = ann.first["state"]["seq"]
    assert ann.seqs == list(range(first + 1, first + len(ann.seqs) + 1))
    texts = [[one["line"]["text"] for one in page.all("chat.posted")] for page in (ann, bob)]
    assert texts[0] == texts[1]
    assert sorted(texts[0]) == ["a0", "a1", "a2", "b0", "b1", "b2"]
    await ann.close()
    await bob.close()


async def test_votes_count_once_and_the_other_tab_knows(installation: Installation) -> None:
    host = await installation.page("host", "web1")
    people = [f"m{n}" for n in range(6)]
    pages = [await installation.page(one, f"web{n % 2 + 1}") for n, one in enumerate(people)]
    tab = await installation.page("m0", "web2")  # her other page is on web1
    await host.do("poll.create", question="Ready?", options=["yes", "no"])
    opened = [await value(page, "poll.opened") for page in pages]
    poll, option = opened[0]["poll"]["id"], opened[0]["poll"]["options"][0]["id"]
    votes = [page.do("poll.vote", poll=poll, options=[option]) for page in pages]
    assert {one["type"] for one in await asyncio.gather(*votes)} == {"accepted"}
    assert (await value(tab, "poll.mine", poll=poll))["options"] == [option]
    again = await tab.do("poll.vote", poll=poll, options=[option])
    assert again["type"] == "accepted"
    await value(host, "poll.tally", poll=poll, voters=len(people))
    assert (await host.do("poll.publish", poll=poll))["type"] == "accepted"
    results = [await value(page, "poll.published", poll=poll) for page in (*pages, tab)]
    rows = installation.rows("SELECT count(*) FROM liveclass_vote WHERE poll_id = %s", poll)
    for result in results:
        assert result["voters"] == rows[0][0] == len(people)
        assert {"option": option, "votes": len(people)} in result["counts"]
    for page in (host, tab, *pages):
        await page.close()


async def test_presence_is_everybody_once(installation: Installation) -> None:
    pages = [await installation.page(f"m{n}", f"web{n % 2 + 1}") for n in range(4)]
    twice = await installation.page("m0", "web2")
    people = installation.told["people"]
    wanted = {people[f"m{n}"] for n in range(4)}
    for page in (*pages, twice):
        async with asyncio.timeout(5):
            while True:
                told = (await page.wait_for("presence.changed"))["presence"]
                if {one["id"] for one in told["people"]} == wanted:
                    break
        assert told["online"] == 4
    await twice.close()
    await pages[0].close()
    async with asyncio.timeout(5):
        while (await pages[1].wait_for("presence.changed"))["presence"]["online"] != 3:
            pass
    for page in pages[1:]:
        await page.close()


async def test_reactions_reach_both(installation: Installation) -> None:
    ann = await installation.page("ann", "web1")
    bob = await installation.page("bob", "web2")
    await ann.send({"type": "reaction.send", "kind": "clap"})
    bursts = [await page.wait_for("reaction.burst") for page in (ann, bob)]
    assert bursts[0] == bursts[1] == {
        "type": "reaction.burst", "counts": [{"kind": "clap", "count": 1}]
    }  # fmt: skip
    await ann.close()
    await bob.close()


async def test_who_is_sent_out_leaves_on_every_process(installation: Installation) -> None:
    pages = [await installation.page("m7", web) for web in ("web1", "web2")]
    other = await installation.page("m8", "web1")
    people = installation.told["people"]
    await asyncio.to_thread(
        installation.act,
        "from uuid import uuid4\n"
        "from liveclass.removal.actions import remove_member\n"
        "from liveclass.rooms.queries import admit\n"
        "from members.accounts.models import Member\n"
        f"host = Member.objects.get(pk={people['host']})\n"
        f"host = admit({installation.told['code']!r}, host)\n"
        f"remove_member(host, str(uuid4()), {people['m7']})\n",
    )
    for page in pages:
        assert (await page.wait_for("bye"))["code"] == "removed"
        assert await page.closed() == 4403
    assert (await other.do("chat.post", text="still here"))["type"] == "accepted"
    await other.close()


async def test_the_worker_does_what_others_queue(installation: Installation) -> None:
    """A reminder queued outside the worker becomes a mail, which nobody else writes."""
    mails = installation.folder / "data" / "mail"
    assert not mails.exists()
    await asyncio.to_thread(
        installation.act,
        "from datetime import timedelta\n"
        "from django.utils import timezone\n"
        "from courses.activities.models import Session\n"
        "from liveclass.jobs import remind\n"
        "from members.accounts.models import Member\n"
        f"Member.objects.filter(pk={installation.told['people']['ann']}).update(email='ann@x.test')\n"
        "known = Session.objects.get()\n"
        "later = timezone.now() + timedelta(hours=1)\n"
        "queued = Session.objects.create(activity=known.activity, code='next', starts_at=later,"
        " minutes=45, online=True)\n"
        f"remind.enqueue(queued.pk, {installation.told['people']['ann']})\n",
    )
    await until(lambda: mails.is_dir() and any(mails.iterdir()))
