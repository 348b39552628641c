"""ICE-lite on one shared UDP socket (RFC 8445 §2.5): we only answer connectivity checks.

Datagrams are told apart by their first byte (RFC 7983) and by their source address. A peer's
address is learnt only through a check that carries its credentials. That alone is not consent: a
member has the credentials of her own session and could write somebody else's address on a check,
to have the stream sent there or to take that person's place. So an address must have *answered*
before media goes there: by the DTLS handshake, or, when it changes, by a question of ours that only
who receives at that address can answer (a binding request, RFC 8445 §7.2, RFC 7675 §5.1).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import socket
import struct
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from aioice import stun

from realtime.sfu.credentials import Credentials, fresh
from realtime.sfu.hello import is_client_hello
from realtime.sfu.logs import say
from realtime.sfu.sockets import Sockets, families

log = logging.getLogger(__name__)

Address = tuple[str, int] | tuple[str, int, int, int]
"""Of IPv4, or of IPv6 with flow and scope."""

READS_PER_WAKE = 64
"""Datagrams read before other work gets its turn."""
CONSENT_S = 30.0
"""A peer that sent no check for this long is gone (RFC 7675 §5.1)."""
DTLS_WAITING = 32
"""Datagrams of one peer that may wait for its handshake; a flight has at most about ten."""
REMEMBERED_STRANGERS = 512
BINDING_REQUEST = (stun.Class.REQUEST, stun.Method.BINDING)
BINDING_RESPONSE = (stun.Class.RESPONSE, stun.Method.BINDING)
QUESTION_S = 0.1
"""Between two questions to one address."""
QUESTIONS = 4
"""Addresses of one peer that may owe us an answer."""
QUESTION_PRIORITY = 110 << 24 | 65_535 << 8 | 255
"""Of a peer-reflexive candidate (RFC 8445 §5.1.2); nobody looks at it."""
STUN_ERRORS = (ValueError, struct.error, IndexError, KeyError)


class Question(NamedTuple):
    """A binding request of ours that waits for its answer."""

    id: bytes
    address: Address
    at: float


class Peer:
    """One remote agent: its credentials, its address, and where its packets go."""

    def __init__(self, remote_ufrag: str, remote_password: str, now: float) -> None:
        self.credentials = fresh(remote_ufrag, remote_password)
        self.former: Credentials | None = None
        """Those from before an ICE restart, until the peer is heard with the new ones."""
        self.address: Address | None = None
        self.proven = False
        """``address`` has answered."""
        self.questions: list[Question] = []
        """Ours that wait for an answer, oldest first."""
        self.checked_at = now
        """Its last check from ``address``."""
        self.on_media: Callable[[int], None] | None = None
        """Called with the length of an SRTP or SRTCP datagram that lies in the inbox."""
        self.on_dtls: Callable[[], None] | None = None
        """Called when a DTLS datagram has arrived."""
        self._dtls: asyncio.Queue[bytes | None] = asyncio.Queue(DTLS_WAITING)
        self._contact = asyncio.Event()
        self._closed = False

    @property
    def ufrag(self) -> str:
        """Our user name fragment: names the ICE session."""
        return self.credentials.ufrag

    @property
    def password(self) -> str:
        """Our password."""
        return self.credentials.password

    @property
    def username(self) -> str:
        """What its checks say."""
        return self.credentials.username

    @property
    def remote_password(self) -> bytes:
        """Its password."""
        return self.credentials.remote_password

    def dtls_arrived(self, datagram: bytes) -> None:
        """Hand a DTLS datagram to the handshake; DTLS repeats what does not fit.

        A handshake begins with a ClientHello; anything else before it is dropped.
        """
        if not self._contact.is_set():
            if not is_client_hello(datagram):
                return
            self._contact.set()
        if not self._dtls.full():
            self._dtls.put_nowait(datagram)
        if self.on_dtls is not None:
            self.on_dtls()

    async def dtls_waiting(self) -> None:
        """Until the ClientHello is here (it stays in the queue) or the peer is closed."""
        await self._contact.wait()

    async def dtls_receive(self) -> bytes:
        """The next DTLS datagram.

        Raises:
            ConnectionError: the peer was closed.
        """
        datagram = None if self._closed else await self._dtls.get()
        if datagram is None:
            raise ConnectionError("peer closed")
        return datagram

    def close(self) -> None:
        """End the handshake or the reading of DTLS, and take no more media."""
        self._closed = True
        self.on_media = None
        self._contact.set()
        while not self._dtls.empty():
            self._dtls.get_nowait()
        self._dtls.put_nowait(None)


class IceLite:
    """The socket and its peers.

    Args:
        sock: a bound, non-blocking UDP socket.
        inbox: where datagrams are read to; media is decrypted in place there.
    """

    def __init__(
        self, sock: socket.socket, inbox: memoryview, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.sock = sock
        self._at = sock
        """Where the datagram arrived that is being handled."""
        self._inbox = inbox
        self._clock = clock
        self._by_ufrag: dict[str, Peer] = {}
        self._by_address: dict[Address, Peer] = {}
        self._questions: dict[bytes, Peer] = {}
        self._strangers: OrderedDict[Address, None] = OrderedDict()
        self.refused = 0
        """Datagrams that belonged to nobody or proved nothing."""

    @property
    def port(self) -> int:
        """The bound UDP port."""
        return int(self.sock.getsockname()[1])

    def start(self) -> None:
        """Read whenever the running loop says that there is something."""
        for sock in families(self.sock):
            asyncio.get_running_loop().add_reader(sock.fileno(), self.read, sock)

    def close(self) -> None:
        """Stop reading and close the socket."""
        for sock in families(self.sock):
            asyncio.get_running_loop().remove_reader(sock.fileno())
        self.sock.close()

    def add(self, peer: Peer) -> None:
        """Answer this peer's checks from now on."""
        self._by_ufrag[peer.ufrag] = peer

    def restart(self, peer: Peer, remote_ufrag: str, remote_password: str) -> None:
        """Begin a new ICE session with ``peer`` (RFC 8445 §9).

        The address stays in use until another has proven itself under the new credentials; until
        then the former ones keep up consent.
        """
        self._retire(peer)
        self._drop_questions(peer)
        peer.former = peer.credentials
        peer.credentials = fresh(remote_ufrag, remote_password)
        self.add(peer)

    def _retire(self, peer: Peer) -> None:
        """The former credentials count no more."""
        if peer.former is not None:
            self._by_ufrag.pop(peer.former.ufrag, None)
            peer.former = None

    def remove(self, peer: Peer) -> None:
        """Forget the peer and its address."""
        self._retire(peer)
        self._by_ufrag.pop(peer.ufrag, None)
        self._drop_questions(peer)
        self._release(peer)

    def _release(self, peer: Peer) -> None:
        if peer.address is not None and self._by_address.get(peer.address) is peer:
            del self._by_address[peer.address]
            if isinstance(self.sock, Sockets):
                self.sock.forget(peer.address)

    def expired(self) -> Iterable[Peer]:
        """Peers without a check in the last half minute (RFC 7675)."""
        limit = self._clock() - CONSENT_S
        return {peer for peer in self._by_ufrag.values() if peer.checked_at < limit}

    def send(self, data: bytes | memoryview, address: Address | None) -> bool:
        """Send or drop: a full socket buffer must not hold up everybody else."""
        if address is None:
            return False
        try:
            self.sock.sendto(data, address)
        except OSError:
            return False
        return True

    def read(self, sock: socket.socket) -> None:
        """Take what has arrived at ``sock``, at most 64 datagrams."""
        self._at = sock
        for _ in range(READS_PER_WAKE):
            try:
                size, address = sock.recvfrom_into(self._inbox)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier send; the next read goes on
            self.datagram(size, address)

    def datagram(self, size: int, address: Address) -> None:
        """Demultiplex the datagram in the inbox by its first byte (RFC 7983 §7)."""
        if not size:
            return
        first = self._inbox[0]
        if 128 <= first <= 191:
            peer = self._by_address.get(address)
            if peer is not None and peer.on_media is not None:
                peer.on_media(size)
            else:
                self._refuse(address, "media of nobody")
        elif first <= 3:
            self._stun(bytes(self._inbox[:size]), address)
        elif 20 <= first <= 63:
            self._dtls(bytes(self._inbox[:size]), address)
        else:
            self._refuse(address, "unknown protocol")

    def _dtls(self, data: bytes, address: Address) -> None:
        peer = self._by_address.get(address)
        if peer is None:
            self._refuse(address, "handshake of nobody")
        else:
            peer.dtls_arrived(data)

    def _stun(self, data: bytes, address: Address) -> None:
        try:
            message = stun.parse_message(data)
        except STUN_ERRORS:
            return self._refuse(address, "broken check")
        kind = (message.message_class, message.message_method)
        if kind == BINDING_REQUEST:
            return self._check(message, address)
        if kind == BINDING_RESPONSE:
            return self._reply(message, address)
        return self._refuse(address, "not a check")

    def _check(self, request: stun.Message, address: Address) -> None:
        """Answer a connectivity check (RFC 8445 §7.3) if it proves that it knows the password.

        Others get no answer at all: the server must not be a mirror for forged sources.
        """
        peer, used = self._known(request)
        if peer is None or used is None:
            return self._refuse(address, "wrong credentials")
        nominated = "USE-CANDIDATE" in request.attributes
        self._route(address, nominated)
        if used is peer.credentials:
            self._seen_at(peer, address, nominated)
        if peer.address == address:
            peer.checked_at = self._clock()
            if used is peer.credentials:
                self._retire(peer)
        with contextlib.suppress(OSError):
            self._at.sendto(_success(request, address, used.password), address)
        return None

    def _route(self, address: Address, nominated: bool) -> None:
        """What goes to ``address`` leaves by the socket it chose; a mere look at another changes
        nothing."""
        if isinstance(self.sock, Sockets) and (nominated or not self.sock.has_route(address)):
            self.sock.route(address, self._at)

    def _seen_at(self, peer: Peer, address: Address, nominated: bool) -> None:
        """A check came from ``address``. The first is believed enough to shake hands with, unless
        somebody has proven to live there; to move on, the new address must answer."""
        if peer.proven and peer.address == address:
            return
        holder = self._by_address.get(address)
        if peer.address in (None, address) and not (holder and holder.proven):
            peer.address = address
            self._by_address[address] = peer
        if nominated or peer.address in (None, address):
            self._ask(peer, address)

    def _ask(self, peer: Peer, address: Address) -> None:
        """Ask ``address`` whether it is the peer; not too often, whoever lives there must not be
        flooded. A client that came by several addresses is asked at each."""
        now = self._clock()
        if any(q.address == address and now - q.at < QUESTION_S for q in peer.questions):
            return
        self._drop_questions(peer, keep=QUESTIONS - 1)
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = peer.credentials.asking_as
        request.attributes["PRIORITY"] = QUESTION_PRIORITY
        request.attributes["ICE-CONTROLLED"] = secrets.randbits(64)
        request.add_message_integrity(peer.remote_password)
        peer.questions.append(Question(request.transaction_id, address, now))
        self._questions[request.transaction_id] = peer
        self.send(bytes(request), address)

    def _drop_questions(self, peer: Peer, keep: int = 0) -> None:
        while len(peer.questions) > keep:
            self._questions.pop(peer.questions.pop(0).id, None)

    def _reply(self, response: stun.Message, address: Address) -> None:
        """The answer to our question, if it is one: the peer lives at ``address``."""
        peer = self._questions.get(response.transaction_id)
        asked = (response.transaction_id, address)
        if peer is None or all((q.id, q.address) != asked for q in peer.questions):
            return self._refuse(address, "answer to nothing")
        if not response.check_message_integrity(peer.remote_password):
            return self._refuse(address, "wrong credentials")
        self._drop_questions(peer)
        self._retire(peer)
        self._move(peer, address)
        return None

    def answered(self, peer: Peer) -> None:
        """The handshake has reached its end: who could read our part of it lives at the address."""
        if peer.address is not None:
            self._move(peer, peer.address)

    def _known(self, request: stun.Message) -> tuple[Peer | None, Credentials | None]:
        """The peer whose user name and MESSAGE-INTEGRITY this request carries, and under which
        credentials (RFC 8445 §7.2.2)."""
        username = request.attributes.get("USERNAME", "")
        peer = self._by_ufrag.get(username.partition(":")[0])
        for used in (peer.credentials, peer.former) if peer else ():
            if used is not None and used.username == username:
                good = request.check_message_integrity(used.password.encode())
                return (peer, used) if good else (None, None)
        return None, None

    def _move(self, peer: Peer, address: Address) -> None:
        """The peer lives at ``address``: send there, and hear what comes from there as its own."""
        if peer.address != address:
            self._release(peer)
            peer.address = address
            peer.checked_at = self._clock()
        peer.proven = True
        self._by_address[address] = peer

    def _refuse(self, address: Address, reason: str) -> None:
        """Count, and log once per source; the memory of sources is bounded."""
        self.refused += 1
        if address in self._strangers:
            return
        self._strangers[address] = None
        if len(self._strangers) > REMEMBERED_STRANGERS:
            self._strangers.popitem(last=False)
        say(log, logging.INFO, "peer.refused", address=f"{address[0]}:{address[1]}", reason=reason)


def _success(request: stun.Message, address: Address, password: str) -> bytes:
    """The binding response: where we saw the request come from, signed."""
    response = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.RESPONSE,
        transaction_id=request.transaction_id,
    )
    response.attributes["XOR-MAPPED-ADDRESS"] = address
    response.add_message_integrity(password.encode())
    return bytes(response)
