"""Who of the speakers is heard: the loudest few, without cutting anybody off. Pure arithmetic.

Browsers say with each packet how loud it is (RFC 6464). Loudness here is smoothed: it follows a
voice within a few packets and stays through the pauses between words.
"""

from __future__ import annotations

SILENCE = 127
"""The level of silence, in -dBov (RFC 6464 §3)."""
UNKNOWN = 60
"""Of who does not say it: as loud as a quiet voice."""
SPEAKING = 40.0
"""Loudness, in dB above silence, from which on somebody counts as speaking."""
RISE, FALL = 0.3, 0.02
"""Part of the difference that one packet (20 ms) makes up: about 60 ms up, one second down."""
MARGIN = 6.0
"""Who asks for a taken seat must be louder by so much (dB)."""
HOLD_S = 1.0
"""A seat, and the picture, is kept for so long at least."""


class Speaker:
    """One who may be heard."""

    def __init__(self) -> None:
        self.loudness = 0.0
        self.seat: int | None = None
        self.since = 0.0
        """When she sat down."""


class Floor:
    """A few seats and those who want them.

    Args:
        seats: how many are heard at once.
    """

    def __init__(self, seats: int) -> None:
        self.seats: list[int | None] = [None] * seats
        """Who sits where; nobody is moved from one seat to another."""
        self.shown: int | None = None
        """Whose picture is shown: she who speaks, or spoke last."""
        self.pinned: int | None = None
        """Who is shown whoever speaks."""
        self._speakers: dict[int, Speaker] = {}
        self._shown_since = float("-inf")

    def __len__(self) -> int:
        return len(self._speakers)

    def heard(self, who: int, level: int | None, now: float) -> int | None:
        """A packet of sound of ``who``; her seat, if she has one.

        Args:
            level: as in RFC 6464 without the voice bit; None when she does not tell it.
        """
        speaker = self._speakers.setdefault(who, Speaker())
        loud = SILENCE - (UNKNOWN if level is None else min(level, SILENCE))
        speaker.loudness += (loud - speaker.loudness) * (RISE if loud > speaker.loudness else FALL)
        if speaker.seat is None:
            self._seat(who, speaker, now)
        self._show(now)
        return speaker.seat

    def pin(self, who: int | None) -> None:
        """Show ``who`` from now on, or again whoever speaks (None)."""
        if who is None and self.pinned is not None and self.pinned not in self._speakers:
            self.shown, self._shown_since = None, float("-inf")
        self.pinned = who
        if who is not None:
            self.shown = who

    def leave(self, who: int) -> None:
        """She speaks no more."""
        speaker = self._speakers.pop(who, None)
        if speaker is not None and speaker.seat is not None:
            self.seats[speaker.seat] = None
        if self.shown == who and self.pinned != who:
            self.shown, self._shown_since = None, float("-inf")

    def _seat(self, who: int, speaker: Speaker, now: float) -> None:
        """A free seat for anybody, so that no first syllable is lost; a taken one only for her who
        is clearly louder than the quietest."""
        if None in self.seats:
            self._take(who, speaker, self.seats.index(None), now)
            return
        if speaker.loudness < SPEAKING:
            return
        seated = [self._speakers[one] for one in self.seats if one is not None]
        quietest = min(seated, key=lambda one: one.loudness)
        kept = now - quietest.since < HOLD_S
        if quietest.seat is None or kept or speaker.loudness < quietest.loudness + MARGIN:
            return
        seat, quietest.seat = quietest.seat, None
        self._take(who, speaker, seat, now)

    def _take(self, who: int, speaker: Speaker, seat: int, now: float) -> None:
        self.seats[seat], speaker.seat, speaker.since = who, seat, now

    def _show(self, now: float) -> None:
        """The loudest of the seated, if she speaks, and not more than once a second."""
        if self.pinned is not None:
            return
        seated = [one for one in self.seats if one is not None]
        loudest = max(seated, key=lambda one: self._speakers[one].loudness, default=None)
        if loudest is None or loudest == self.shown:
            return
        if self.shown is None:
            self.shown, self._shown_since = loudest, now
            return
        loud = self._speakers[loudest].loudness
        before = self._speakers[self.shown].loudness
        if now - self._shown_since >= HOLD_S and loud >= SPEAKING and loud >= before + MARGIN:
            self.shown, self._shown_since = loudest, now
