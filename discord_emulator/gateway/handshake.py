"""The address of a gateway socket: https://discord.com/developers/docs/events/gateway#connecting"""

from __future__ import annotations

from collections.abc import Mapping

from .closing import CloseCode, GatewayClose
from .compression import Compressor, ZlibStream, ZstdStream


def compressor_for(query: Mapping[str, str]) -> Compressor | None:
    """The transport compression that a client's query string asks for, ``None`` for plain text.

    Raises :class:`GatewayClose` 4012 for another version than 10, for ETF (which Discord speaks and this does not) and
    for anything unknown: with that code libraries stop instead of trying again.
    """
    if query.get("v") != "10":
        raise GatewayClose(CloseCode.INVALID_API_VERSION, "Only v=10 is spoken here.")
    encoding = query.get("encoding", "json")
    if encoding != "json":
        raise GatewayClose(CloseCode.INVALID_API_VERSION, f"Only encoding=json is spoken here, not {encoding[:20]!r}.")
    match query.get("compress"):
        case None | "":
            return None
        case "zlib-stream":
            return ZlibStream()
        case "zstd-stream":
            try:
                return ZstdStream()
            except ImportError:
                raise GatewayClose(
                    CloseCode.INVALID_API_VERSION, "zstd-stream needs the zstandard package here."
                ) from None
        case other:
            raise GatewayClose(CloseCode.INVALID_API_VERSION, f"Unknown compression {other[:20]!r}.")
