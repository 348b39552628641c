"""SDP fragments of PATCH: candidates that came later, and ICE restarts (RFC 8840 §9).

We are ICE-lite: a peer's address is learnt from its checks (``ice_lite``), so its candidates are
read, checked and forgotten. What counts is under which credentials they come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from realtime.sfu.ice_lite import Peer

FRAGMENT = "application/trickle-ice-sdpfrag"
MAX_LINES = 400
UFRAG = re.compile(r"[A-Za-z0-9+/=_\-]{4,256}")
PASSWORD = re.compile(r"[A-Za-z0-9+/=_\-]{22,256}")
"""RFC 8839 §5.4, and the two letters beyond it that some clients use."""
LINE = re.compile(r"[a-z]=[^\0\r\n]*")
CANDIDATE = re.compile(r"\S{1,32} \d{1,5} \S{1,32} \d{1,10} \S{1,255} \d{1,5} typ \S{1,32}( .*)?")
"""RFC 8839 §5.1. Transport and address are not judged: what we cannot use is passed over."""


class BadFragment(Exception):
    """Not a fragment, or one that does not say which ICE session it is about."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a PATCH says of the peer's ICE side."""

    ufrag: str
    password: str
    candidates: int

    def renews(self, peer: Peer) -> bool:
        """Whether it asks for an ICE restart: it brings other credentials than the current ones
        (RFC 9725 §4.3.3)."""
        current = peer.credentials
        return (self.ufrag, self.password.encode()) != current[2:4]


def parse_fragment(text: str) -> Fragment:
    """Read a fragment; credentials may stand above or in a media section (RFC 8840 §9.2).

    Raises:
        BadFragment: malformed, without credentials, or with several.
    """
    lines = [line for line in re.split(r"\r?\n", text) if line]
    if len(lines) > MAX_LINES or not all(map(LINE.fullmatch, lines)):
        raise BadFragment("this is not an SDP fragment")
    candidates = _values(lines, "candidate")
    if not all(map(CANDIDATE.fullmatch, candidates)):
        raise BadFragment("a candidate is malformed")
    ufrag, password = _only(lines, "ice-ufrag", UFRAG), _only(lines, "ice-pwd", PASSWORD)
    return Fragment(ufrag, password, len(candidates))


def _values(lines: list[str], name: str) -> list[str]:
    prefix = f"a={name}:"
    return [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]


def _only(lines: list[str], name: str, pattern: re.Pattern[str]) -> str:
    """The one value of an attribute; bundled sections may repeat it."""
    found = set(_values(lines, name))
    if len(found) != 1 or not pattern.fullmatch(value := found.pop()):
        raise BadFragment(f"the fragment needs one a={name}")
    return value


def write_fragment(answer: str, peer: Peer) -> str:
    """Our side after a restart: the lines of ``answer`` that are about ICE, credentials renewed.

    Candidates stay: the socket is the same.
    """
    head, *sections = answer.split("\r\nm=")
    lead = next(section for section in sections if "\r\na=ice-ufrag:" in section)
    kept = [line for line in head.split("\r\n") if line.startswith(("a=ice-", "a=group:"))]
    first, *rest = lead.rstrip("\r\n").split("\r\n")
    candidates = [line for line in rest if line.startswith(("a=candidate:", "a=end-of-"))]
    mid = [line for line in rest if line.startswith("a=mid:")]
    own = [f"a=ice-ufrag:{peer.ufrag}", f"a=ice-pwd:{peer.password}"]
    return "\r\n".join([*kept, f"m={first}", *mid, *own, *candidates]) + "\r\n"
