"""A few seconds of broken datagrams and offers; longer: ``python -m tests.realtime.sfu.fuzz``."""

from __future__ import annotations

import pytest

from tests.realtime.sfu.fuzz import fuzz


@pytest.mark.asyncio
async def test_nothing_broken_breaks_the_server():
    done = await fuzz(3.0, seed=4)
    assert done["rounds"] >= 1
    assert done["offers 400"] > 0
