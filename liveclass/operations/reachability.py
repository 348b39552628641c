"""Do packets reach the media port under the addresses that browsers are told? Asked with STUN.

While the media process runs it is asked itself: an offer gives us credentials, every announced
address gets a connectivity check (RFC 8445), and the session is taken back before it ever was one.
While it does not run we sit down on its port for a moment and answer our own checks.
"""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from liveclass.operations import stun
from liveclass.operations.finding import Finding, fail, ok, warn
from liveclass.operations.ports import bind_problem, media_figures
from realtime.tickets import MediaToken, sign

TRIES = 3
WAIT = 0.7
"""Seconds for one answer."""
HTTP_SECONDS = 5.0
STRANGER = ("192.0.2.1", 9)
"""RFC 5737: leads nowhere, but the system must choose an address of ours to go there."""

MOST_READ = 8
"""Datagrams looked at for one answer."""


@dataclass(frozen=True, slots=True)
class Door:
    """How to prove oneself to the media port, and the addresses it is announced under."""

    username: str
    password: str
    addresses: tuple[tuple[str, int], ...]


def media() -> Iterator[Finding]:
    """Reachability of each announced address, then what that means for members."""
    if media_figures() is not None:
        opened = _knock()
    elif bind_problem("", settings.MEDIA_UDP_PORT, socket.SOCK_DGRAM) is None:
        opened = _sit_down()
    else:
        yield fail(
            "media",
            _("The media process does not answer and its UDP port is taken."),
            _("Free the port, then start the platform."),
        )
        return
    try:
        with opened as door:
            reached = {address: answers(door, address) for address in door.addresses}
    except (httpx.HTTPError, OSError, KeyError) as error:
        says = _("No check was possible: %(why)s") % {"why": type(error).__name__}
        yield fail("media", says, _("Look into the log of the media process."))
        return
    yield from judged(reached)


def judged(reached: dict[tuple[str, int], bool]) -> Iterator[Finding]:
    """What to say about addresses that answered and addresses that did not."""
    for (address, port), well in reached.items():
        where = {"where": f"{address}:{port}/udp"}
        if well:
            yield ok("media", _("%(where)s answers.") % where)
        else:
            yield from (_unanswered(where, alone=not any(reached.values())),)
    outside = [address for address, _port in reached if not _is_inside(address)]
    if not outside and settings.PRODUCTION:
        yield warn(
            "media NAT",
            _("Only addresses of inner networks are announced."),
            _(
                "Members outside get no sound and picture. If they should: add the public address "
                "to MEDIA_ANNOUNCED_ADDRESS and let the router pass the UDP port on to here."
            ),
        )


def _unanswered(where: dict[str, str], *, alone: bool) -> Finding:
    says = _("%(where)s does not answer.") % where
    if alone:
        advice = _("Open the UDP port in the firewall and correct MEDIA_ANNOUNCED_ADDRESS.")
        return fail("media", says, advice)
    return warn(
        "media",
        says,
        _(
            "Behind NAT this may only mean that the router does not lead its own outer address "
            "back inside: try from outside. If it fails there too, let the router pass the UDP "
            "port on to this machine and open the firewall."
        ),
    )


def answers(door: Door, address: tuple[str, int]) -> bool:
    """Whether a connectivity check sent to ``address`` is answered with proof."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.settimeout(WAIT)
        for _try in range(TRIES):
            question, transaction = stun.request(door.username, door.password)
            with contextlib.suppress(OSError):
                line.sendto(question, address)
                if _is_answered(line, transaction, door.password):
                    return True
    return False


def _is_answered(line: socket.socket, transaction: bytes, password: str) -> bool:
    """Read until the answer to ``transaction`` comes; the media process asks questions too.

    OSError when nothing comes any more.
    """
    for _other in range(MOST_READ):
        with contextlib.suppress(ValueError):
            answer = stun.read(line.recvfrom(2048)[0], password)
            if answer.transaction == transaction:
                return answer.proven and answer.kind == stun.SUCCESS
    return False


@contextlib.contextmanager
def _knock() -> Iterator[Door]:
    """Ask the running media process for a session in a room nobody has, and give it back."""
    room, ufrag = f"doctor-{secrets.token_hex(8)}", secrets.token_hex(4)
    token = MediaToken(room=room, member=0, act="publish", exp=int(time.time()) + 60)
    headers = {
        "Authorization": f"Bearer {sign(token, settings.MEDIA_SECRET.encode())}",
        "Content-Type": "application/sdp",
    }
    base = settings.MEDIA_URL_INTERNAL
    with httpx.Client(timeout=HTTP_SECONDS, trust_env=False, headers=headers) as client:
        answer = client.post(f"{base}/media/whip/{room}/camera", content=_offer(ufrag))
        answer.raise_for_status()
        try:
            yield _door(answer.text, ufrag)
        finally:
            client.delete(base + answer.headers["Location"])


def _door(answer: str, ufrag: str) -> Door:
    """Credentials and candidates of an SDP answer."""
    lines = [line.removeprefix("a=") for line in answer.splitlines()]
    named = dict(line.split(":", 1) for line in lines if line.startswith("ice-") and ":" in line)
    candidates = [line.split() for line in lines if line.startswith("candidate:")]
    found = dict.fromkeys((words[4], int(words[5])) for words in candidates)
    return Door(f"{named['ice-ufrag']}:{ufrag}", named["ice-pwd"], tuple(found))


def _offer(ufrag: str) -> str:
    """The smallest offer that is answered: sound that will never be sent."""
    digest = ":".join(f"{byte:02X}" for byte in secrets.token_bytes(32))
    lines = (
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=mid:0", "a=sendonly",
        "a=rtcp-mux", f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{secrets.token_hex(12)}",
        f"a=fingerprint:sha-256 {digest}", "a=setup:actpass", "a=rtpmap:111 opus/48000/2",
    )  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines)


@contextlib.contextmanager
def _sit_down() -> Iterator[Door]:
    """Answer checks on the media port ourselves, as long as this lasts."""
    password = secrets.token_hex(12)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("", settings.MEDIA_UDP_PORT))
        sock.settimeout(0.1)
        done = threading.Event()
        thread = threading.Thread(target=_answer, args=(sock, password, done), daemon=True)
        thread.start()
        try:
            port = int(sock.getsockname()[1])
            yield Door("doctor:self", password, tuple((one, port) for one in _announced()))
        finally:
            done.set()
            thread.join()


def _answer(sock: socket.socket, password: str, done: threading.Event) -> None:
    while not done.is_set():
        with contextlib.suppress(OSError, ValueError):
            data, address = sock.recvfrom(2048)
            question = stun.read(data, password)
            if question.proven and question.kind == stun.REQUEST:
                sock.sendto(stun.success(question.transaction, password), address)


def _announced() -> list[str]:
    """What the media process would announce: the setting, else our address on the way out."""
    if settings.MEDIA_ANNOUNCED_ADDRESS:
        return list(settings.MEDIA_ANNOUNCED_ADDRESS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(STRANGER)
        except OSError:
            return ["127.0.0.1"]
        return list(dict.fromkeys((str(probe.getsockname()[0]), "127.0.0.1")))


def _is_inside(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
