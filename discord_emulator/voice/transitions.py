"""Changes of the end-to-end encryption protocol: announced (op 21), awaited (op 23), executed (op 22).

Source: https://discord.com/developers/docs/topics/voice-connections#protocol-transitions
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from discord_emulator.voice.protocol import Op
from discord_emulator.voice.sessions import VoiceSession

TIMEOUT = 2.0
"""Seconds after which a transition is executed without those who are not ready. Discord publishes none."""


@dataclass(frozen=True, slots=True)
class _Transition:
    participants: Sequence[VoiceSession]
    awaited: set[VoiceSession]
    timer: asyncio.TimerHandle


class Transitions:
    """The transitions under way."""

    def __init__(self) -> None:
        self._under_way: dict[int, _Transition] = {}
        self._last = 0

    def announce_downgrade(self, participants: Sequence[VoiceSession]) -> int:
        """Tells clients that their call goes without end-to-end encryption; returns the transition's id."""
        self._last += 1
        number = self._last
        timer = asyncio.get_running_loop().call_later(TIMEOUT, self._execute, number)
        self._under_way[number] = _Transition(participants, set(participants), timer)
        for session in participants:
            session.notify(Op.DAVE_PREPARE_TRANSITION, {"protocol_version": 0, "transition_id": number})
        return number

    def ready(self, session: VoiceSession, number: int) -> bool:
        """Takes note that a client is ready; False when nobody asked it."""
        transition = self._under_way.get(number)
        if transition is None or session not in transition.awaited:
            return False
        transition.awaited.discard(session)
        if not transition.awaited:
            self._execute(number)
        return True

    def stop(self) -> None:
        """Forgets them all."""
        for transition in self._under_way.values():
            transition.timer.cancel()
        self._under_way.clear()

    def _execute(self, number: int) -> None:
        transition = self._under_way.pop(number)
        transition.timer.cancel()
        for session in transition.participants:
            session.notify(Op.DAVE_EXECUTE_TRANSITION, {"transition_id": number})
