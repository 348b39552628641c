"""One picture in several sizes: how a publisher offers it and how we agree (RFC 8851, RFC 8853).

Our order is from the smallest to the largest. Who restricts the sizes in the offer has said it;
else it is taken to be the order of the offer, as with ``sendEncodings`` in browsers, until the
pictures themselves say how large they are (``sorter``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from realtime.sfu import extensions

MAX_LAYERS = 3
"""More sizes of one picture help nobody; what is offered beyond stays unanswered."""
RID_TEXT = re.compile(r"[A-Za-z0-9]{1,16}")
"""RFC 8852 §3: letters and digits; the length is ours (one byte of length in the extension)."""


RESTRICTION = re.compile(r"(max-width|max-height)=(\d{1,5})")
"""RFC 8851 §5."""


@dataclass(frozen=True, slots=True)
class Simulcast:
    """The layers of one section, smallest first, and the ids of the extensions that name them."""

    rids: tuple[str, ...]
    mid: int | None
    rid: int
    repaired: int | None

    def lines(self) -> list[str]:
        """Our side of the agreement, for the answer (RFC 8853 §5.3)."""
        known = (
            (self.mid, extensions.MID),
            (self.rid, extensions.RID),
            (self.repaired, extensions.REPAIRED_RID),
        )
        extmaps = [f"a=extmap:{number} {uri}" for number, uri in known if number is not None]
        names = [f"a=rid:{rid} recv" for rid in self.rids]
        return [*extmaps, *names, "a=simulcast:recv " + ";".join(self.rids)]


def offered(lines: Iterable[str], extmap: Mapping[str, int]) -> Simulcast | None:
    """What the lines of a section offer; None when it is no simulcast that we can take apart.

    Args:
        extmap: ids by URI of the extensions the section offers.
    """
    lines = tuple(lines)
    number = extmap.get(extensions.RID)
    if number is None:
        return None
    declared = {m[1] for line in lines if (m := re.fullmatch(r"a=rid:(\S+) send(?: .*)?", line))}
    told = next((line for line in lines if line.startswith("a=simulcast:")), "")
    sends = re.search(r"\bsend (\S+)", told.removeprefix("a=simulcast:"))
    if not sends:
        return None
    # alternatives of one layer are separated by commas, the first is preferred; ~ is a paused one
    first = [group.split(",")[0].removeprefix("~") for group in sends[1].split(";")]
    rids = [r for r in dict.fromkeys(first) if r in declared and RID_TEXT.fullmatch(r)]
    if len(rids) < 2:
        return None
    return Simulcast(
        _by_size(rids[:MAX_LAYERS], lines),
        extmap.get(extensions.MID),
        number,
        extmap.get(extensions.REPAIRED_RID),
    )


def _by_size(rids: list[str], lines: Iterable[str]) -> tuple[str, ...]:
    """The smallest first, if every layer says how large it is at most; else as they come."""
    pixels = dict(filter(None, map(_pixels, lines)))
    known = all(rid in pixels for rid in rids)
    return tuple(sorted(rids, key=pixels.__getitem__) if known else rids)


def _pixels(line: str) -> tuple[str, int] | None:
    """A layer and the most pixels it may have, where the line restricts both sides."""
    found = re.fullmatch(r"a=rid:(\S+) send (\S+)", line)
    sides = [m for one in found[2].split(";") if (m := RESTRICTION.fullmatch(one))] if found else []
    told = {side[1]: int(side[2]) for side in sides}
    if found is None or len(told) < 2:
        return None
    return found[1], told["max-width"] * told["max-height"]
