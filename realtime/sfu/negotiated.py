"""From what was agreed in SDP to the session that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from realtime.sfu import sdp
from realtime.sfu.ice_lite import Peer
from realtime.sfu.session import Publisher, Viewer
from realtime.sfu.stream import Stream

PublisherT = TypeVar("PublisherT", bound=Publisher)
Chosen = Mapping[str, sdp.Codec]


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
    )


def viewer(member: int, peer: Peer, stream: Stream, offer: sdp.Offer, chosen: Chosen) -> Viewer:
    """The session of a viewer, not yet known to anybody."""
    codecs = offer.by_kind(chosen)
    return Viewer(
        member,
        peer,
        stream,
        codecs={kind: codec.name for kind, codec in codecs.items()},
        types={kind: codec.payload_type for kind, codec in codecs.items()},
        offered=frozenset(section.kind for section in offer.sections if section.open),
        repairs={kind: codec.rtx for kind, codec in codecs.items()},
    )
