"""Processes below a process are found, and known to have ended."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest

from demo.processes import ProcessTable, descendants

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print(child.pid, flush=True)
input()
"""


async def test_a_child_of_a_child_is_found_and_its_end_is_seen() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, stdin=PIPE, stdout=PIPE)
    try:
        assert parent.stdout is not None
        grandchild = int(await parent.stdout.readline())
        found = descendants(parent.pid)
        assert [process.pid for process in found] == [grandchild]
        assert found[0].is_alive
    finally:
        parent.kill()  # the grandchild reads the end of its input, and ends
        await parent.communicate()
    assert await ProcessTable().wait_for(lambda: not found[0].is_alive, 10.0)
    assert descendants(parent.pid) == []


async def test_what_does_not_happen_times_out() -> None:
    with pytest.raises(TimeoutError):
        await ProcessTable().wait_for(lambda: False, 0.05)
