"""The last seconds of a stream as HLS segments, in memory, for players that cannot have WebRTC.

The recorder's thread writes, the media loop reads: what it reads is replaced as a whole.
"""

from __future__ import annotations

from typing import NamedTuple

from realtime.sfu.recording import mp4, playlist
from realtime.sfu.recording.samples import Config, Sample

SEGMENT_S = 1.9
"""A segment ends at the first keyframe after this; sound, without keyframes, at 2 s."""
LONGEST_S = 4.0
"""It ends then in any case: a publisher may be slow with keyframes."""
TARGET_S = 4
LISTED = 6
"""Segments in a playlist: about twelve seconds."""
KEPT = LISTED + 2
"""And those which a player may still be asking for."""
MOST_BYTES = 8 << 20
"""Of one kind of one stream; beyond it the oldest segments go."""
KEY_EVERY_S = 1.9


class Segment(NamedTuple):
    """Two seconds of one kind. ``at`` and ``seconds`` on the room's clock; ``init``: which head."""

    number: int
    init: int
    at: float
    seconds: float
    joined: bool
    """Whether it goes on where the one before ended."""
    data: bytes


class Shown(NamedTuple):
    """What players can have now."""

    segments: tuple[Segment, ...]
    heads: dict[int, bytes]
    codec: str
    breaks: int
    """Cuts before the first segment listed."""


EMPTY = Shown((), {}, "", 0)


class LiveSink:
    """One kind of one stream.

    Args:
        kind: audio or video; origin: unix seconds from which its decode times count, before
            anything that comes, the same for both kinds.
    """

    def __init__(self, kind: str, origin: int) -> None:
        self.kind = kind
        self.shown = EMPTY
        self._origin = origin
        self._config: Config | None = None
        self._gathered: list[Sample] = []
        self._number = 0
        self._init = -1
        self._joined = True

    def sample(self, sample: Sample) -> None:
        """Gather; a keyframe may end a segment, another head does."""
        if not self._gathered and not sample.key:
            return
        if self._gathered and (sample.config != self._config or self._is_full(sample)):
            self._finish()
        if sample.config != self._config:
            self._config = sample.config
            self._init += 1
        self._gathered.append(sample)

    def _is_full(self, sample: Sample) -> bool:
        seconds = (sample.start - self._gathered[0].start) / sample.config.rate
        if seconds >= LONGEST_S - 0.5:
            return True
        return sample.key and seconds >= (SEGMENT_S if self.kind == "video" else 2.0)

    def extend(self, ticks: int) -> None:
        """A segment that is out already stays as it is."""
        if self._gathered:
            self._gathered[-1].duration += ticks

    def cut(self) -> None:
        """What follows does not join."""
        if self._gathered:
            self._finish()
        self._joined = False

    def tick(self, now: float) -> None:
        """Segments end with samples, not with time."""

    def _finish(self) -> None:
        """Make a segment of what was gathered, and let the oldest go."""
        samples, self._gathered = self._gathered, []
        rate = samples[0].config.rate
        begin = max(0, samples[0].start - self._origin * rate)
        seconds = sum(one.duration for one in samples) / rate
        data = mp4.fragment(self._number + 1, begin, samples)
        at = samples[0].start / rate
        made = Segment(self._number, self._init, at, seconds, self._joined, data)
        self._number += 1
        self._joined = True
        self._show(made, samples[0].config)

    def _show(self, made: Segment, config: Config) -> None:
        segments, breaks = [*self.shown.segments, made], self.shown.breaks
        while len(segments) > KEPT or sum(len(one.data) for one in segments) > MOST_BYTES:
            breaks += not segments.pop(0).joined
        heads = {one.init: self.shown.heads.get(one.init, b"") for one in segments}
        heads[made.init] = heads[made.init] or mp4.head(config)
        self.shown = Shown(tuple(segments), heads, config.codec, breaks)


class LiveStream:
    """Both kinds of one stream.

    Args:
        origin: see ``LiveSink``.
    """

    def __init__(self, origin: int) -> None:
        self.sinks = {kind: LiveSink(kind, origin) for kind in ("audio", "video")}


def media_playlist(kind: str, shown: Shown) -> str:
    """RFC 8216 §4.3.3: a window that moves."""
    listed = shown.segments[-LISTED:]
    gone = shown.segments[: len(shown.segments) - len(listed)]
    breaks = shown.breaks + sum(not one.joined for one in gone)
    lines = [
        "#EXTM3U\n#EXT-X-VERSION:7\n",
        f"#EXT-X-TARGETDURATION:{TARGET_S}\n",
        f"#EXT-X-MEDIA-SEQUENCE:{listed[0].number if listed else 0}\n",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{breaks}\n",
    ]
    init = -1
    for index, one in enumerate(listed):
        if index and not one.joined:
            lines.append(playlist.DISCONTINUITY)
        if one.init != init:
            init = one.init
            lines.append(f'#EXT-X-MAP:URI="{kind}-init{init}.mp4"\n')
        lines.append(playlist.date(one.at))
        lines.append(f"#EXTINF:{one.seconds:.5f},\n{kind}-{one.number}.m4s\n")
    return "".join(lines)


def multivariant_playlist(place: str, codecs: dict[str, str], bandwidth: int) -> str:
    """RFC 8216 §4.3.4: sound beside the picture, or alone.

    Args:
        place: the folder of the media playlists; codecs: by kind; bandwidth: bits per second.
    """
    lines = ["#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"]
    told = ",".join(codecs[kind] for kind in ("video", "audio") if kind in codecs)
    group = ""
    if len(codecs) == 2:
        group = ',AUDIO="sound"'
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="2",URI="{place}/audio.m3u8"\n'
        )
    lead = "video" if "video" in codecs else "audio"
    lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},CODECS="{told}"{group}\n')
    lines.append(f"{place}/{lead}.m3u8\n")
    return "".join(lines)
