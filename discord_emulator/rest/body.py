"""Request bodies: JSON, or multipart with JSON and files. Whatever a client sends, the answer is a clear 4xx."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import unquote_to_bytes

import aiohttp
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from discord_emulator import strict_json
from discord_emulator.actions.uploads import Upload
from discord_emulator.errors import ApiError
from discord_emulator.validation.attachments import check_upload_sizes, too_large

MAX_BODY_BYTES = 25 * 1024 * 1024
_FILE_FIELD = re.compile(r"files\[([0-9]{1,3})\]")
# What py-cord's form for files comes to when there are none.
_ENCODED_FIELD = b"payload_json="
_PIECE_BYTES = 64 * 1024
_MAX_PARTS = 64


async def read_body(http: web.Request, timeout: float) -> tuple[Any, list[Upload]]:
    """The JSON of a request and its files; ``None`` without a body.

    Raises :class:`ApiError`: 50109 for what is no JSON, 50035 for the wrong content type or parts, 40005 for more than
    25 MiB (10 MiB of files), 30015 for too many files, 408 for a body that is not there after ``timeout`` seconds, 400
    for one that breaks HTTP.
    """
    try:
        async with asyncio.timeout(timeout):
            if http.content_type.startswith("multipart/"):
                return await _read_multipart(http)
            raw = await http.read()
    except TimeoutError as error:
        raise ApiError(408, 0, "408: Request Timeout") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise too_large() from error
    except (web.RequestPayloadError, HttpProcessingError, aiohttp.ClientError, ConnectionError, EOFError) as error:
        raise ApiError(400, 0, "400: Bad Request") from error
    if not raw:
        return None, []
    if http.content_type == "application/x-www-form-urlencoded" and raw.startswith(_ENCODED_FIELD):
        return _parse(unquote_to_bytes(raw.removeprefix(_ENCODED_FIELD).replace(b"+", b" "))), []
    if http.content_type != "application/json":
        raise _form_error("_misc", "CONTENT_TYPE_INVALID", "Expected \"Content-Type\" 'application/json'.")
    return _parse(raw), []


def _form_error(field: str, code: str, message: str) -> ApiError:
    return ApiError(400, 50035, "Invalid Form Body", {field: {"_errors": [{"code": code, "message": message}]}})


async def _read_multipart(http: web.Request) -> tuple[Any, list[Upload]]:
    try:
        return await _read_parts(http)
    except (ValueError, AssertionError, LookupError, HttpProcessingError) as error:
        # What aiohttp raises for a missing boundary, broken part headers, an unknown encoding or charset.
        raise _form_error("_misc", "MULTIPART_INVALID", "The multipart body is malformed.") from error


async def _read_parts(http: web.Request) -> tuple[Any, list[Upload]]:
    body: Any = None
    files: list[Upload] = []
    left, parts = MAX_BODY_BYTES, 0
    async for part in await http.multipart():
        parts += 1
        if not isinstance(part, BodyPartReader) or parts > _MAX_PARTS:
            raise _form_error("_misc", "MULTIPART_INVALID", "Too many or nested parts.")
        content = await _read_part(part, left)
        left -= len(content)
        match = _FILE_FIELD.fullmatch(part.name or "")
        if part.name == "payload_json":
            body = _parse(content)
        elif match and part.filename:
            files.append(Upload(int(match.group(1)), part.filename, content))
        else:
            raise _form_error(part.name or "?", "MULTIPART_INVALID", "Expected payload_json or files[n].")
    check_upload_sizes([len(file.content) for file in files])
    return body, files


async def _read_part(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while piece := await part.read_chunk(_PIECE_BYTES):
        content += piece
        if len(content) > most:
            raise too_large()
    return bytes(content)


def _parse(raw: bytes) -> Any:
    try:
        return strict_json.loads(raw)
    except ValueError as error:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from error
