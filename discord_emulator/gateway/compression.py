"""Transport compression: one stream per socket, flushed after every message."""

from __future__ import annotations

import importlib
import zlib
from typing import Any, Protocol


class Compressor(Protocol):
    """Turns one JSON text into the bytes of one WebSocket message."""

    def compress(self, text: str) -> bytes: ...


class ZlibStream:
    """``compress=zlib-stream``: every message ends with 00 00 FF FF (Z_SYNC_FLUSH)."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(level=1)

    def compress(self, text: str) -> bytes:
        return self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """``compress=zstd-stream``: one frame that never ends, a block flushed for each message."""

    def __init__(self) -> None:
        # Not among our requirements: whoever asks for this compression has the package.
        zstandard: Any = importlib.import_module("zstandard")
        self._flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        self._stream = zstandard.ZstdCompressor(level=1).compressobj()

    def compress(self, text: str) -> bytes:
        return self._stream.compress(text.encode()) + self._stream.flush(self._flush)


def compressor_for(name: str | None) -> Compressor | None:
    """The compressor that a client asked for, ``None`` for plain text.

    Raises ``ValueError`` for a name that Discord does not know, ``ImportError`` if the ``zstandard`` package, which a
    client that asks for ``zstd-stream`` has itself, is missing here.
    """
    if name is None:
        return None
    if name == "zlib-stream":
        return ZlibStream()
    if name == "zstd-stream":
        return ZstdStream()
    raise ValueError(f"unknown transport compression {name!r}")
