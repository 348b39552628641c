"""Only ``realtime/redis_seam.py`` leans on unpublished names of channels_redis, and they exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer

from realtime.redis_seam import LOGGER, Names
from tests.architecture import tree

SEAM = tree.ROOT / "realtime" / "redis_seam.py"
USED = {"_layer", "_get_group_channel_name", "_get_shard", "_shards"}
URLS = ["redis://127.0.0.1:1/0", "redis://127.0.0.1:2/0", "redis://127.0.0.1:3/0"]


def _private_names(path: Path) -> set[str]:
    """Private names read on anything but the object itself."""
    return {
        node.attr
        for node in ast.walk(tree.parse(path))
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.endswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    }


def test_only_the_seam_imports_the_layer() -> None:
    assert [
        tree.name(path)
        for path in tree.sources(*tree.STOREYS)
        if path != SEAM
        and any(tree.is_in(imported, "channels_redis") for imported in tree.imports(path))
    ] == []


def test_the_seam_touches_these_names_and_no_others() -> None:
    assert _private_names(SEAM) == USED - {"_layer"}


def test_the_rest_of_the_bus_touches_none() -> None:
    layers = USED - {"_layer"}
    for path in tree.sources("realtime"):
        if path != SEAM:
            assert not _private_names(path) & layers, tree.name(path)


def test_the_layer_has_every_name() -> None:
    """A new version that renames one must fail here, not in a lecture."""
    layer = RedisPubSubLoopLayer(hosts=URLS, prefix="p")
    assert {name for name in USED - {"_layer"} if not hasattr(layer, name)} == set()
    assert RedisPubSubChannelLayer.__module__ == LOGGER


@pytest.mark.parametrize("room", ["ABC-123", "k7f3q2", "数学"])
def test_the_names_are_the_layer_s(room: str) -> None:
    """The wire of a running installation: two versions of us must find each other."""
    names = Names(URLS, "p")
    assert names.channel(room) == f"p__group__{room}"
    layer = RedisPubSubLoopLayer(hosts=URLS, prefix="p")
    shard = layer._get_shard(names.channel(room))
    assert shard.host == {"address": URLS[names.shard(room)]}


def test_rooms_spread_over_the_servers() -> None:
    names = Names(URLS, "p")
    assert {names.shard(f"room{number}") for number in range(50)} == {0, 1, 2}
