"""HLS media playlists (RFC 8216) over the byte ranges of one file that grows."""

from __future__ import annotations

from datetime import UTC, datetime

TARGET_S = 8
"""No segment is longer (rounded); a keyframe comes more often where the publisher listens."""


def header(began: float, uri: str, init: tuple[int, int]) -> str:
    """What comes first.

    Args:
        began: unix seconds of the first sample; uri: the file; init: its head's begin and length.
    """
    return (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-PLAYLIST-TYPE:EVENT\n"
        f"#EXT-X-TARGETDURATION:{TARGET_S}\n#EXT-X-MEDIA-SEQUENCE:0\n"
        f"{mapped(uri, init)}{date(began)}"
    )


def mapped(uri: str, init: tuple[int, int]) -> str:
    """Where the decoder's configuration is."""
    return f'#EXT-X-MAP:URI="{uri}",BYTERANGE="{init[1]}@{init[0]}"\n'


def date(at: float) -> str:
    """The wall clock at the next segment's begin."""
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return f"#EXT-X-PROGRAM-DATE-TIME:{text.replace('+00:00', 'Z')}\n"


def segment(seconds: float, uri: str, at: int, size: int) -> str:
    """A byte range."""
    return f"#EXTINF:{seconds:.5f},\n#EXT-X-BYTERANGE:{size}@{at}\n{uri}\n"


DISCONTINUITY = "#EXT-X-DISCONTINUITY\n"
END = "#EXT-X-ENDLIST\n"
