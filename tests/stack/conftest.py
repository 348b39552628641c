"""One whole installation for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stack.installation import Installation


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """nginx, two web processes, media, worker, Redis, PostgreSQL and coturn."""
    made = Installation()
    try:
        made.build()
        yield made
    finally:
        made.end()
