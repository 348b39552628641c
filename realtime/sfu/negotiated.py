"""From what was agreed in SDP to the session that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from realtime.sfu import sdp
from realtime.sfu.answer import Accepted
from realtime.sfu.ice_lite import Peer
from realtime.sfu.session import Publisher, Viewer
from realtime.sfu.stream import Stream

PublisherT = TypeVar("PublisherT", bound=Publisher)
Chosen = Mapping[str, sdp.Codec]
Places = Mapping[str, tuple[str, sdp.Codec]]
"""Track and codec by mid."""


def publisher(
    make: type[PublisherT],
    member: int,
    peer: Peer,
    stream: Stream,
    offer: sdp.Offer,
    chosen: Chosen,
) -> PublisherT:
    """The session of a publisher, not yet known to anybody."""
    codecs = offer.by_kind(chosen)
    return make(
        member,
        peer,
        stream,
        codecs={kind: codec.name for kind, codec in codecs.items()},
        types={codec.payload_type: kind for kind, codec in codecs.items()},
        repairs={c.rtx: kind for kind, c in codecs.items() if c.rtx is not None},
        simulcast=next((s.layers for s in offer.sections if s.mid in chosen and s.layers), None),
        level=next((s.level for s in offer.sections if s.mid in chosen and s.level), None),
    )


def taken(offer: sdp.Offer, chosen: Chosen, speaks: bool) -> dict[str, Accepted]:
    """What the answer to a publisher says of each section.

    Args:
        speaks: she shall say how loud she is.
    """
    return {
        s.mid: Accepted(chosen[s.mid], layers=s.layers, level=s.level if speaks else None)
        for s in offer.sections
        if s.mid in chosen
    }


def viewer(member: int, peer: Peer, stream: Stream, offer: sdp.Offer, chosen: Places) -> Viewer:
    """The session of a viewer, not yet known to anybody."""
    codecs = dict(chosen.values())
    return Viewer(
        member,
        peer,
        stream,
        codecs={name: codec.name for name, codec in codecs.items()},
        types={name: codec.payload_type for name, codec in codecs.items()},
        offered=frozenset(section.kind for section in offer.sections if section.open),
        repairs={name: codec.rtx for name, codec in codecs.items()},
    )
