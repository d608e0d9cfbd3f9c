"""Opus to 16 kHz mono PCM through libopus, as speech engines want it.

libopus resamples inside the decoder, which costs about a third less than decoding to 48 kHz stereo and
converting. The library is looked for on the system first, then in the PyAV wheel, which carries one.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

SAMPLE_RATE = 16_000
"""Hz of what :class:`OpusDecoder` returns."""

FRAME_SAMPLES = SAMPLE_RATE // 50
"""Samples of a 20 ms frame at :data:`SAMPLE_RATE`."""

_LONGEST_PACKET_SAMPLES = SAMPLE_RATE * 120 // 1000  # RFC 6716 section 3.2.5: a packet lasts at most 120 ms
_SAMPLES_AT_48_KHZ = (  # RFC 6716 section 3.1, table 2: frame sizes by the TOC's configuration number
    *(480, 960, 1920, 2880) * 3,  # SILK
    *(480, 960) * 2,  # hybrid
    *(120, 240, 480, 960) * 4,  # CELT
)


class OpusLibraryMissing(Exception):
    """libopus is neither on the system nor in the PyAV wheel."""


class OpusError(Exception):
    """libopus refused a packet; the decoder stays usable."""


def packet_samples(packet: bytes) -> int:
    """Length of an Opus packet in samples at 48 kHz, read from its first bytes (RFC 6716 section 3.1).

    Raises :class:`OpusError` for a packet that cannot be Opus.
    """
    if not packet:
        raise OpusError("an Opus packet has at least one byte")
    toc = packet[0]
    match toc & 0b11:
        case 0:
            frames = 1
        case 1 | 2:
            frames = 2
        case _ if len(packet) > 1:
            frames = packet[1] & 0b111111
        case _:
            raise OpusError("the frame count is missing")
    samples = frames * _SAMPLES_AT_48_KHZ[toc >> 3]
    if not 0 < samples <= _LONGEST_PACKET_SAMPLES * 3:
        raise OpusError("an Opus packet lasts at most 120 ms")
    return samples


class OpusDecoder:
    """Decodes one speaker's frames to 16 kHz mono, signed 16 bit in the machine's byte order.

    Holds the state of one stream: never share it between speakers. Raises :class:`OpusLibraryMissing`.
    """

    def __init__(self) -> None:
        self._library = load_libopus()
        self._state = ctypes.create_string_buffer(self._library.opus_decoder_get_size(1))
        self._pcm = (ctypes.c_int16 * _LONGEST_PACKET_SAMPLES)()
        if self._library.opus_decoder_init(self._state, SAMPLE_RATE, 1) != 0:
            raise OpusError("libopus could not start a decoder for 16 kHz mono")

    def decode(self, packet: bytes) -> bytes:
        """PCM of one packet. Raises :class:`OpusError` if it is corrupt."""
        return self._decode(packet, len(packet), _LONGEST_PACKET_SAMPLES, forward_error_correction=0)

    def conceal(self, following: bytes | None = None) -> bytes:
        """20 ms in place of a lost frame: from the copy that ``following`` may carry of it, else extrapolated."""
        if following is None:
            return self._decode(None, 0, FRAME_SAMPLES, forward_error_correction=0)
        return self._decode(following, len(following), FRAME_SAMPLES, forward_error_correction=1)

    def decode_frames(self, frames: Sequence[bytes | None]) -> bytes:
        """PCM of an utterance. Lost (``None``) and corrupt frames are concealed, so the length in time is kept."""
        return b"".join(self._decode_each(frames))

    def _decode_each(self, frames: Sequence[bytes | None]) -> Iterator[bytes]:
        last = len(frames) - 1
        for index, frame in enumerate(frames):
            try:
                if frame is not None:
                    yield self.decode(frame)
                    continue
                yield self.conceal(frames[index + 1] if index < last else None)
            except OpusError:
                yield self.conceal()

    def _decode(self, packet: bytes | None, size: int, room: int, *, forward_error_correction: int) -> bytes:
        samples = self._library.opus_decode(self._state, packet, size, self._pcm, room, forward_error_correction)
        if samples < 0:
            raise OpusError(self._library.opus_strerror(samples).decode("ascii"))
        return ctypes.string_at(self._pcm, samples * 2)


@functools.cache
def load_libopus() -> ctypes.CDLL:
    """The libopus of this machine, loaded once. Raises :class:`OpusLibraryMissing`."""
    for candidate in _candidates():
        try:
            return _declare(ctypes.CDLL(candidate))
        except (OSError, AttributeError):  # not loadable here, or not libopus: try the next
            continue
    raise OpusLibraryMissing(
        "libopus was not found. Install it (Debian: apt install libopus0, macOS: brew install opus) "
        "or reinstall PyAV, whose wheels contain it: pip install --force-reinstall av"
    )


def find_libopus() -> str:
    """Path or name of the libopus that :func:`load_libopus` loads, for other libraries that want one."""
    return load_libopus()._name


def _candidates() -> Iterator[str]:
    system = ctypes.util.find_library("opus")
    if system:
        yield system
    package = importlib.util.find_spec("av")  # finds the folder without importing PyAV
    for location in (package.submodule_search_locations or ()) if package else ():
        yield from map(str, _bundled(Path(location)))


def _bundled(package: Path) -> list[Path]:
    """Files that may be libopus beside the package folder; wheel builders put a hash into the names."""
    if sys.platform == "darwin":
        return sorted((package / ".dylibs").glob("libopus*.dylib"))
    pattern = "libopus-*.dll" if sys.platform == "win32" else "libopus-*.so*"
    return sorted((package.parent / "av.libs").glob(pattern))


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    """Signatures of https://opus-codec.org/docs/opus_api-1.5/group__opus__decoder.html."""
    library.opus_decoder_get_size.argtypes = [ctypes.c_int]
    library.opus_decoder_get_size.restype = ctypes.c_int
    library.opus_decoder_init.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int]
    library.opus_decoder_init.restype = ctypes.c_int
    library.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.POINTER(ctypes.c_int16),
        ctypes.c_int,
        ctypes.c_int,
    ]
    library.opus_decode.restype = ctypes.c_int
    library.opus_strerror.argtypes = [ctypes.c_int]
    library.opus_strerror.restype = ctypes.c_char_p
    return library
