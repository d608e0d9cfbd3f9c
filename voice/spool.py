"""Utterances on disk until they are transcribed: the domain's :class:`~spaces.ports.Spool`.

One file an utterance, encrypted with AES-256-GCM: written beside its place, synced, moved into it. So a crash leaves
whole records only, and forgetting one is deleting its file. Inside are a JSON header and the sound as Ogg Opus.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import json
import logging
import os
import secrets
import struct
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audio.ogg import NotOggOpus, read_frames, write_frames
from audio.opus import OpusError, packet_samples
from spaces.errors import SpacesError
from spaces.model import Utterance

log = logging.getLogger(__name__)

KEY_SIZE = 32

_MAGIC = b"SPU1"
_NONCE_SIZE = 12  # random: at 2^32 records a key, NIST SP 800-38D section 8.3 asks for a new one
_SUFFIX = ".utterance"
_UNFINISHED = ".new"
_LENGTH = struct.Struct(">I")

ResultT = TypeVar("ResultT")


class SpoolFull(SpacesError):
    """There is no room for another utterance: the quota is used up, or the disk is."""


class _Unreadable(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known of a record without reading it."""

    path: Path
    size: int
    person_id: int
    space_id: int
    started_at: datetime


class DiskSpool:
    """Keeps utterances in ``folder``, at most ``quota_bytes`` of them, encrypted with a 32-byte ``key``.

    All disk work happens in one thread, in the order of the calls. Only one process may use a folder. Faults of the
    disk are raised as :class:`~spaces.errors.SpacesError`.
    """

    def __init__(self, folder: Path, key: bytes, *, quota_bytes: int) -> None:
        if len(key) != KEY_SIZE:
            raise ValueError(f"the spool's key must have {KEY_SIZE} bytes, not {len(key)}")
        self._folder = folder
        self._cipher = AESGCM(key)
        self._quota = quota_bytes
        self._entries: dict[str, _Entry] | None = None  # touched by the worker thread alone
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool")

    async def add(self, utterance: Utterance) -> None:
        """Writes it durably. Raises :class:`SpoolFull` when there is no room."""
        await self._run(lambda: self._add(utterance))

    async def remove(self, utterance_id: str) -> None:
        """Deletes it; does nothing if it is not there."""
        await self._run(lambda: self._remove([utterance_id]))

    async def remove_person(self, person_id: int, space_id: int | None = None) -> int:
        """Deletes all of a person (in one Space, or everywhere); returns how many utterances."""
        return await self._run(lambda: self._remove_person(person_id, space_id))

    async def pending(self) -> Sequence[Utterance]:
        """All that is waiting, oldest first; records that cannot be read are passed over."""
        return await self._run(self._pending)

    async def close(self) -> None:
        """Waits for what is being written, then ends the thread."""
        await asyncio.to_thread(self._worker.shutdown)

    async def _run(self, work: Callable[[], ResultT]) -> ResultT:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, work)
        except OSError as fault:
            if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise SpoolFull("The disk is full: new speech cannot be transcribed.") from fault
            raise SpacesError("Speech cannot be kept on the disk now, so it is not transcribed.") from fault

    # --- on the worker thread -----------------------------------------------------------------------------------

    def _add(self, utterance: Utterance) -> None:
        entries = self._loaded()
        path = self._path(utterance.id)
        record = self._seal(path.name, utterance)
        others = sum(entry.size for utterance_id, entry in entries.items() if utterance_id != utterance.id)
        if others + len(record) > self._quota:
            raise SpoolFull("Too much speech is waiting to be transcribed: some of it is dropped.")
        _write_durably(path, record)
        entries[utterance.id] = _Entry(path, len(record), utterance.person_id, utterance.space_id, utterance.started_at)

    def _remove(self, utterance_ids: Sequence[str]) -> None:
        entries = self._loaded()
        for utterance_id in utterance_ids:
            if utterance_id in entries:
                entries[utterance_id].path.unlink(missing_ok=True)
                del entries[utterance_id]
        if utterance_ids:
            _sync_folder(self._folder)  # a crash must not bring them back

    def _remove_person(self, person_id: int, space_id: int | None) -> int:
        theirs = [
            utterance_id
            for utterance_id, entry in self._loaded().items()
            if entry.person_id == person_id and space_id in {None, entry.space_id}
        ]
        self._remove(theirs)
        return len(theirs)

    def _pending(self) -> Sequence[Utterance]:
        utterances: list[Utterance] = []
        for entry in sorted(self._loaded().values(), key=lambda entry: (entry.started_at, entry.path.name)):
            try:
                utterances.append(self._open(entry.path))
            except (_Unreadable, FileNotFoundError):
                log.warning("The spooled utterance %s cannot be read any more", entry.path.name)
        return utterances

    def _loaded(self) -> dict[str, _Entry]:
        """The records, found on disk the first time."""
        if self._entries is not None:
            return self._entries
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for unfinished in self._folder.glob(f"*{_UNFINISHED}"):
            unfinished.unlink(missing_ok=True)
        entries: dict[str, _Entry] = {}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            try:
                found = self._open(path)
            except _Unreadable:
                log.warning("Passing over %s: torn, or written with another key", path.name)
            else:
                size = path.stat().st_size
                entries[found.id] = _Entry(path, size, found.person_id, found.space_id, found.started_at)
        self._entries = entries
        return entries

    def _path(self, utterance_id: str) -> Path:
        digest = hashlib.blake2b(utterance_id.encode(), digest_size=16).hexdigest()  # any id makes a safe file name
        return self._folder / f"{digest}{_SUFFIX}"

    def _seal(self, name: str, utterance: Utterance) -> bytes:
        header = json.dumps(
            {
                "id": utterance.id,
                "space": utterance.space_id,
                "person": utterance.person_id,
                "started_at": utterance.started_at.isoformat(),
                "last_packet_at": utterance.last_packet_at.isoformat(),
            }
        ).encode()
        sound = write_frames(frame if frame and _is_opus(frame) else None for frame in utterance.frames)
        nonce = secrets.token_bytes(_NONCE_SIZE)
        plain = _LENGTH.pack(len(header)) + header + sound
        return _MAGIC + nonce + self._cipher.encrypt(nonce, plain, _MAGIC + name.encode())

    def _open(self, path: Path) -> Utterance:
        record = path.read_bytes()
        start = len(_MAGIC) + _NONCE_SIZE
        try:
            plain = self._cipher.decrypt(record[len(_MAGIC) : start], record[start:], _MAGIC + path.name.encode())
            (length,) = _LENGTH.unpack_from(plain)
            sound = _LENGTH.size + length
            header = json.loads(plain[_LENGTH.size : sound])
            return Utterance(
                id=header["id"],
                space_id=header["space"],
                person_id=header["person"],
                started_at=datetime.fromisoformat(header["started_at"]),
                last_packet_at=datetime.fromisoformat(header["last_packet_at"]),
                frames=tuple(read_frames(plain[sound:])),
            )
        except (InvalidTag, ValueError, KeyError, struct.error, NotOggOpus) as fault:
            raise _Unreadable from fault


def load_or_create_key(path: Path) -> bytes:
    """The spool's key in the file ``path``; made, readable by its owner alone, if it is not there.

    Raises :class:`~spaces.errors.SpacesError` for a file that is no key, or that others can read.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_durably(path, secrets.token_bytes(KEY_SIZE))
        key = path.read_bytes()
        shared = os.name == "posix" and path.stat().st_mode & 0o077
    except OSError as fault:
        raise SpacesError(f"The spool's key {path} cannot be read or made: {fault.strerror}.") from fault
    if len(key) != KEY_SIZE:
        raise SpacesError(f"The file {path} is not a spool key: it must have {KEY_SIZE} bytes.")
    if shared:
        raise SpacesError(f"Others can read the spool's key. Please run: chmod 600 {path}")
    return key


def _is_opus(frame: bytes) -> bool:
    """People can send anything as sound; what no decoder would take counts as lost."""
    try:
        return packet_samples(frame) > 0
    except OpusError:
        return False


def _write_durably(path: Path, content: bytes) -> None:
    """Writes a file, readable by its owner alone, that is there entirely or not at all after a crash."""
    unfinished = path.with_name(path.name + _UNFINISHED)
    unfinished.unlink(missing_ok=True)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows keeps its directories by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
