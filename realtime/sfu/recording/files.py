"""A track's samples into the pieces of a run."""

from __future__ import annotations

from realtime.sfu.recording.piece import Piece
from realtime.sfu.recording.run import Run
from realtime.sfu.recording.samples import Sample


class FileSink:
    """Begins a piece with the first sample that stands alone, and ends it at a cut.

    Args:
        run: where to; stream, kind: of the track.
    """

    def __init__(self, run: Run, stream: str, kind: str) -> None:
        self.run = run
        self._stream = stream
        self._kind = kind
        self._piece: Piece | None = None

    def sample(self, sample: Sample) -> None:
        """Write it, in a new piece where the codec is another."""
        self.run.attempt(lambda: self._sample(sample))

    def _sample(self, sample: Sample) -> None:
        piece = self._own()
        if piece is not None and _family(piece) != sample.config.codec[:4]:
            self._end(piece)
            piece = None
        if piece is None:
            if not sample.key or self.run.state != "recording":
                return
            piece = self._piece = self.run.piece(self._stream, self._kind, sample)
        piece.add(sample)

    def _own(self) -> Piece | None:
        """The open piece; one that the run has closed is forgotten."""
        if self._piece is not None and self._piece.closed:
            self._piece = None
        return self._piece

    def _end(self, piece: Piece) -> None:
        self._piece = None
        self.run.ended(piece)

    def extend(self, ticks: int) -> None:
        """The last sample lasts longer."""
        if piece := self._own():
            self.run.attempt(lambda: piece.extend(ticks))

    def cut(self) -> None:
        """Complete the piece."""
        if piece := self._own():
            self.run.attempt(lambda: self._end(piece))

    def tick(self, now: float) -> None:
        """Write what waits for too long."""
        if piece := self._own():
            self.run.attempt(lambda: piece.tick(now))


def _family(piece: Piece) -> str:
    """``avc1``, ``vp8`` or ``opus``: profiles of one family share a piece."""
    return piece.config.codec[:4]
