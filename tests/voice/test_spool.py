from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spaces.errors import SpacesError
from spaces.model import Utterance
from tests.voice.packets import speech
from voice import spool as spool_module
from voice.spool import DiskSpool, SpoolFull, load_or_create_key

ADA, BEN = 1, 2
KEY = bytes(range(32))
NOON = datetime(2026, 8, 1, 12, 0, 0, 123456, tzinfo=UTC)
PLENTY = 10_000_000
ROOT = Path(__file__).parents[2]


def utterance(number: int = 0, *, person: int = ADA, space: int = 1) -> Utterance:
    at = NOON + timedelta(seconds=number)
    frames: list[bytes | None] = [*speech(120, seed=number)]
    frames[30] = frames[31] = None
    return Utterance(f"utterance {number}", space, person, at, at + timedelta(seconds=2.4), tuple(frames))


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
async def spool(folder: Path) -> AsyncIterator[DiskSpool]:
    a_spool = DiskSpool(folder, KEY, quota_bytes=PLENTY)
    yield a_spool
    await a_spool.close()


async def reopened(folder: Path, *, key: bytes = KEY) -> list[Utterance]:
    """What another run of the program finds."""
    another = DiskSpool(folder, key, quota_bytes=PLENTY)
    try:
        return [*await another.pending()]
    finally:
        await another.close()


async def test_what_was_added_is_found_after_a_restart_oldest_first(spool: DiskSpool, folder: Path) -> None:
    for number in (2, 0, 1):
        await spool.add(utterance(number))
    expected = [utterance(0), utterance(1), utterance(2)]
    assert await spool.pending() == expected
    assert await reopened(folder) == expected


async def test_an_empty_spool_has_nothing_pending(spool: DiskSpool) -> None:
    assert await spool.pending() == []
    await spool.remove("never added")
    assert await spool.remove_person(ADA) == 0


async def test_what_was_removed_is_gone_from_the_disk(spool: DiskSpool, folder: Path) -> None:
    await spool.add(utterance(0))
    await spool.add(utterance(1))
    await spool.remove("utterance 0")
    await spool.remove("utterance 0")
    assert await spool.pending() == [utterance(1)]
    assert await reopened(folder) == [utterance(1)]
    await spool.remove("utterance 1")
    assert files(folder) == []


async def test_a_person_is_removed_from_one_space_or_everywhere(spool: DiskSpool, folder: Path) -> None:
    await spool.add(utterance(0, person=ADA, space=1))
    await spool.add(utterance(1, person=ADA, space=2))
    await spool.add(utterance(2, person=BEN, space=1))
    await spool.add(utterance(3, person=ADA, space=1))

    assert await spool.remove_person(ADA, space_id=1) == 2
    assert [kept.id for kept in await spool.pending()] == ["utterance 1", "utterance 2"]
    assert await spool.remove_person(ADA) == 1
    assert [kept.id for kept in await reopened(folder)] == ["utterance 2"]
    assert len(files(folder)) == 1


async def test_a_person_is_removed_right_after_a_restart(spool: DiskSpool, folder: Path) -> None:
    await spool.add(utterance(0))
    another = DiskSpool(folder, KEY, quota_bytes=PLENTY)
    assert await another.remove_person(ADA) == 1
    await another.close()
    assert files(folder) == []


async def test_adding_the_same_utterance_again_keeps_one(spool: DiskSpool) -> None:
    await spool.add(utterance(0))
    await spool.add(utterance(0))
    assert await spool.pending() == [utterance(0)]


async def test_nothing_can_be_read_on_the_disk(spool: DiskSpool, folder: Path) -> None:
    await spool.add(utterance(0))
    [file] = files(folder)
    stored = file.read_bytes()
    for secret in (b"OggS", b"OpusHead", b"utterance", b"person", speech(1)[0][:20]):
        assert secret not in stored
        assert secret.decode("latin-1") not in file.name.removesuffix(".utterance")
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_mode & 0o077 == 0


async def test_a_record_torn_anywhere_is_passed_over_and_the_others_are_found(folder: Path) -> None:
    writer = DiskSpool(folder, KEY, quota_bytes=PLENTY)
    await writer.add(utterance(0))
    [file] = files(folder)
    await writer.add(utterance(1))
    await writer.close()
    whole = file.read_bytes()
    for size in [*range(0, 80), *range(80, len(whole), 997), len(whole) - 1]:
        file.write_bytes(whole[:size])
        assert await reopened(folder) == [utterance(1)]
    file.write_bytes(whole)
    assert await reopened(folder) == [utterance(0), utterance(1)]


async def test_a_record_that_vanishes_or_breaks_meanwhile_is_passed_over(spool: DiskSpool, folder: Path) -> None:
    await spool.add(utterance(0))
    [first] = files(folder)
    await spool.add(utterance(1))
    first.unlink()
    assert await spool.pending() == [utterance(1)]


async def test_a_record_under_another_name_is_not_accepted(spool: DiskSpool, folder: Path) -> None:
    await spool.add(utterance(0))
    [file] = files(folder)
    file.rename(file.with_name("0123.utterance"))
    assert await reopened(folder) == []


async def test_another_key_finds_nothing_and_destroys_nothing(spool: DiskSpool, folder: Path) -> None:
    await spool.add(utterance(0))
    assert await reopened(folder, key=bytes(32)) == []
    assert await reopened(folder) == [utterance(0)]


async def test_what_a_crash_left_unfinished_is_cleared_away(folder: Path) -> None:
    unfinished = folder / "0123.utterance.new"
    await DiskSpool(folder, KEY, quota_bytes=PLENTY).pending()
    unfinished.write_bytes(b"half a record")
    assert await reopened(folder) == []
    assert files(folder) == []


async def test_the_quota_is_kept_and_freed_again(folder: Path) -> None:
    spool = DiskSpool(folder, KEY, quota_bytes=30_000)
    await spool.add(utterance(0))
    await spool.add(utterance(1))
    with pytest.raises(SpoolFull, match="waiting to be transcribed"):
        await spool.add(utterance(2))
    assert await spool.pending() == [utterance(0), utterance(1)]
    assert sum(file.stat().st_size for file in files(folder)) <= 30_000
    await spool.add(replace(utterance(1), person_id=BEN))  # replaces, so it fits
    await spool.remove("utterance 0")
    await spool.add(utterance(2))
    await spool.close()


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EIO])
async def test_a_failing_disk_is_told_in_words_and_leaves_no_half_record(
    spool: DiskSpool, folder: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    await spool.add(utterance(0))

    def fail(descriptor: int) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(spool_module.os, "fsync", fail)
    with pytest.raises(SpacesError) as told:
        await spool.add(utterance(1))
    assert isinstance(told.value, SpoolFull) == (fault == errno.ENOSPC)
    monkeypatch.undo()
    assert await spool.pending() == [utterance(0)]
    assert await reopened(folder) == [utterance(0)]
    assert len(files(folder)) == 1


async def test_frames_that_are_no_opus_count_as_lost(spool: DiskSpool) -> None:
    hostile = (b"\xf8ok", b"", b"\x03", b"\xff\xff\xff", b"\xf8ok")
    await spool.add(replace(utterance(0), frames=hostile))
    [found] = await spool.pending()
    assert found.frames == (b"\xf8ok", None, None, None, b"\xf8ok")


async def test_ids_of_any_kind_stay_inside_the_folder(spool: DiskSpool, folder: Path, tmp_path: Path) -> None:
    odd = replace(utterance(0), id="../../etc/passwd\0\n" + "x" * 500)
    await spool.add(odd)
    assert await spool.pending() == [odd]
    assert [path.name for path in files(tmp_path)] == ["spool"]


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a signal")
def test_a_kill_while_writing_loses_nothing_that_was_acknowledged(folder: Path) -> None:
    program = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from tests.voice.test_spool import KEY, PLENTY, utterance
from voice.spool import DiskSpool

async def main():
    spool = DiskSpool(Path(sys.argv[1]), KEY, quota_bytes=PLENTY)
    number = int(sys.argv[2])
    while True:
        await spool.add(utterance(number))
        print(number, flush=True)
        number += 1

asyncio.run(main())
"""
    acknowledged: list[int] = []
    for run in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(folder), str(1000 * run)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(5 + 3 * run)]
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.readlines()
        acknowledged += [int(line) for line in lines if line.endswith("\n")]

    import asyncio

    found = asyncio.run(reopened(folder))
    assert {f"utterance {number}" for number in acknowledged} <= {kept.id for kept in found}
    assert all(kept == utterance(int(kept.id.removeprefix("utterance "))) for kept in found)
    assert len(found) - len(acknowledged) <= 4  # at most the one that each kill interrupted


# --- the key ---------------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "spool.key"
    key = load_or_create_key(path)
    assert len(key) == 32
    assert load_or_create_key(path) == key
    assert load_or_create_key(tmp_path / "other.key") != key
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "spool.key"
    load_or_create_key(path)
    path.chmod(0o640)
    with pytest.raises(SpacesError, match="chmod 600"):
        load_or_create_key(path)


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "spool.key"
    path.write_text("password")
    path.chmod(0o600)
    with pytest.raises(SpacesError, match="32 bytes"):
        load_or_create_key(path)
    with pytest.raises(SpacesError, match="cannot be read"):
        load_or_create_key(tmp_path)
    with pytest.raises(ValueError):
        DiskSpool(tmp_path, b"short", quota_bytes=PLENTY)


def test_making_a_spool_touches_nothing(tmp_path: Path) -> None:
    DiskSpool(tmp_path / uuid.uuid4().hex, KEY, quota_bytes=PLENTY)
    assert list(tmp_path.iterdir()) == []
