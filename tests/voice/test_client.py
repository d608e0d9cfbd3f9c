"""The voice client's own waiting for the handshake."""

from __future__ import annotations

import asyncio
import threading

from discord.voice_state import ConnectionFlowState

from voice.client import _StageConnectionState


async def test_a_state_that_comes_before_anybody_else_runs_is_not_missed() -> None:
    """Two voice events in one piece set the state in the very next step of the loop."""
    connection = _StageConnectionState.__new__(_StageConnectionState)  # the handshake alone, without its sockets
    connection._state = ConnectionFlowState.set_guild_voice_state
    connection._state_event = asyncio.Event()
    connection._connected = threading.Event()

    def both_arrive() -> None:
        connection.state = ConnectionFlowState.got_voice_state_update
        connection.state = ConnectionFlowState.got_both_voice_updates

    asyncio.get_running_loop().call_soon(both_arrive)
    await connection._wait_for_state(ConnectionFlowState.got_both_voice_updates, timeout=1)
