"""Image data in request bodies: https://discord.com/developers/docs/reference#image-data"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from .errors import FormErrors

_DATA_URI = re.compile(r"data:(image/(?:png|jpeg|gif|webp|avif));base64,([A-Za-z0-9+/=\s]+)")
_BEGINNINGS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "image/avif": (b"\x00\x00\x00",),
}


def read_image(value: object, key: str, *, most_bytes: int = 10 * 1024 * 1024) -> tuple[str, bytes]:
    """The media type and the bytes of a data URI; raises :class:`ApiError` 50035 for anything else or larger."""
    match = _DATA_URI.fullmatch(value) if isinstance(value, str) else None
    form = FormErrors()
    content = b""
    if match is not None:
        try:
            content = base64.b64decode(match.group(2), validate=False)
        except binascii.Error:
            match = None
    if match is None or not content.startswith(_BEGINNINGS[match.group(1)]):
        form.add((key,), "IMAGE_INVALID", "Invalid image data.")
    elif len(content) > most_bytes:
        text = f"File cannot be larger than {most_bytes / 1024:.1f} kb."
        form.add((key,), "BINARY_TYPE_MAX_SIZE", text)
    form.raise_if_any()
    return ("" if match is None else match.group(1)), content


def image_hash(value: object, key: str) -> str | None:
    """The name under which an image of a body is shown; ``None`` for none. Raises as :func:`read_image`."""
    if value is None:
        return None
    kind, content = read_image(value, key)
    digest = hashlib.sha256(content).hexdigest()[:32]
    return f"a_{digest}" if kind == "image/gif" else digest
