"""A program for ``classroom.py``: makes a database with one live class, prints who is in it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import nullcontext
from typing import Any

EXTRA_MEMBERS = int(os.environ.get("SEED_MEMBERS", "60"))


def main() -> None:
    """Migrate, make the people, start the class; one line of JSON on stdout."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "liveclass.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from liveclass.rooms import actions as rooms
    from tests.liveclass.world import make_member, make_world, new_id

    world = make_world(lambda **_: nullcontext())
    crew = world.people["ann"].department
    people = {name: member.pk for name, member in world.people.items()}
    for number in range(EXTRA_MEMBERS):
        people[f"m{number}"] = make_member(f"member {number}", crew).pk
    rooms.start_class(world.host, new_id())
    told: dict[str, Any] = {
        "code": world.code, "people": people, "secret": settings.SECRET_KEY,
        "database": str(settings.DATABASES["default"]["NAME"]),
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
