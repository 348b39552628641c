"""Which forwarded tracks are kept: the media loop's side of the recorder."""

from __future__ import annotations

import asyncio
import contextlib
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from realtime.sfu.recording.feed import Key
from realtime.sfu.recording.index import State
from realtime.sfu.recording.live import LiveStream
from realtime.sfu.recording.passes import Passes
from realtime.sfu.recording.recorder import Recorder
from realtime.sfu.recording.tap import Tap
from realtime.sfu.recording.track import AudioTrack, Track, VideoTrack
from realtime.sfu.uptrack import UpTrack

if TYPE_CHECKING:
    from realtime.sfu.settings import Settings
    from realtime.sfu.stream import Stream

ORIGIN_S = 60
"""Decode times count from so long before the first segment, so that none is negative."""
LOOK_S = 1.0
SOUND_BITRATE = 128_000

Heard = Callable[[str, int, State], None]


class Taps:
    """Taps the streams of rooms that are recorded, and no others: without a tap a packet costs
    one comparison.

    Args:
        heard: is told (on the loop) when a run of a room has another state.
    """

    def __init__(self, settings: Settings, heard: Heard) -> None:
        self.recorder = Recorder(settings.recordings, settings.reserve, self._told)
        self.rooms: set[str] = set()
        """Rooms that are recorded."""
        self.passes = Passes()
        self.live: dict[Key, LiveStream] = {}
        """Streams that somebody polls."""
        self.bandwidth = settings.max_bitrate + SOUND_BITRATE
        self._heard = heard
        self._loop: asyncio.AbstractEventLoop | None = None
        self._streams: weakref.WeakValueDictionary[Key, Stream] = weakref.WeakValueDictionary()
        self._tracks: dict[Key, dict[str, tuple[str, Track]]] = {}
        self._looking: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to work; needs a running loop."""
        self._loop = asyncio.get_running_loop()
        self.recorder.start()

    def close(self) -> None:
        """Close all files; not on the loop, it waits."""
        self.recorder.close()

    def record(self, room: str, run: int, on: bool) -> None:
        """Begin, go on with, or stop a run."""
        if on:
            self.recorder.begin(room, run)
        else:
            self.recorder.end(room, "stopped", run)

    def end(self, room: str) -> None:
        """The class is over."""
        self.recorder.end(room, "ended")

    def watch(self, key: Key) -> LiveStream:
        """Somebody polls this stream: keep its last seconds, until nobody does any more."""
        found = self.live.get(key)
        if found is None:
            found = self.live[key] = LiveStream(int(self.recorder.now()) - ORIGIN_S)
            self.recorder.watch(key, found)
            self._review()
            self._look()
        return found

    def _look(self) -> None:
        """Every second while anything is tapped: who polls no more, which size arrives?"""
        wanted = self.passes.wanted()
        for key in self.live.keys() - wanted:
            del self.live[key]
            self.recorder.watch(key, None)
        self._review()
        if self._tracks and self._loop is not None and self._looking is None:
            self._looking = self._loop.call_later(LOOK_S, self._look_again)

    def _look_again(self) -> None:
        self._looking = None
        self._look()

    def joined(self, stream: Stream) -> None:
        """A publisher has (new) tracks in this stream."""
        self._streams[(stream.room, stream.name)] = stream
        self._look()

    def _review(self) -> None:
        """Tap what somebody wants and is not tapped, and no more what nobody wants."""
        for key, stream in list(self._streams.items()):
            if self._is_wanted(key):
                self._tap(stream)
        for key in [key for key in self._tracks if not self._is_wanted(key)]:
            self._untap(key)

    def _is_wanted(self, key: Key) -> bool:
        return key[0] in self.rooms or key in self.live

    def _tap(self, stream: Stream) -> None:
        """Tap sound and the largest picture that arrives, and no other size of it."""
        chosen = {**stream.tracks, "video": self._picture(stream)}
        for layer in stream.layers:
            if layer.track not in chosen.values():
                layer.track.tap = None
        for track in chosen.values():
            if track is not None and track.tap is None:
                track.tap = self._made((stream.room, stream.name), track)
                track.keyframes.want()

    def _picture(self, stream: Stream) -> UpTrack | None:
        """The largest size that arrives: who is short of bandwidth sends the small ones only."""
        ladder = stream.ladder
        if ladder is None:
            return stream.tracks.get("video")
        return ladder.layers[ladder.sounding(time.monotonic())[0]].track

    def _made(self, key: Key, source: UpTrack) -> Tap:
        """A tap into the track that this kind and codec had before, or into a new one."""
        known = self._tracks.setdefault(key, {})
        codec, track = known.get(source.kind, ("", None))
        if track is None or codec != source.codec:
            track = self._track(source)
            known[source.kind] = source.codec, track
        elif isinstance(track, VideoTrack):
            track.wish = self._wish(source)
        self.recorder.join(key, source.kind, track)
        return Tap(self.recorder, key, track)

    def _track(self, source: UpTrack) -> Track:
        if source.kind == "audio":
            return AudioTrack()
        return VideoTrack(source.codec, self._wish(source))

    def _wish(self, source: UpTrack) -> Callable[[], None]:
        """Asks for a keyframe, from the recorder's thread."""
        want = source.keyframes.want
        return lambda: self._later(want)

    def _told(self, room: str, run: int, state: State) -> None:
        self._later(lambda: self._changed(room, run, state))

    def _changed(self, room: str, run: int, state: State) -> None:
        """The thread has begun or closed a run: only between the two are its packets wanted."""
        if state == "recording":
            self.rooms.add(room)
        else:
            self.rooms.discard(room)
        self._look()
        self._heard(room, run, state)

    def _untap(self, key: Key) -> None:
        del self._tracks[key]
        stream = self._streams.get(key)
        for layer in stream.layers if stream else ():
            layer.track.tap = None
        self.recorder.drop(key)

    def _later(self, act: Callable[[], None]) -> None:
        """On the loop, if it still runs."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(act)
