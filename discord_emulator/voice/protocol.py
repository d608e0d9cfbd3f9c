"""Words of voice gateway v8: opcodes, close codes, and what the voice server asks the rest of Discord.

Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#voice
"""

from __future__ import annotations

import enum
from typing import Protocol

MICROPHONE = 1
"""Speaking mode of normal voice: https://discord.com/developers/docs/topics/voice-connections#speaking"""


class VoiceHooks(Protocol):
    """What only the guild's voice states know; asked for every packet, so answers take effect at once."""

    def may_speak(self, guild_id: int, user_id: int) -> bool:
        """False while the person is suppressed, muted by the server or themselves, or in no channel."""
        ...

    def may_hear(self, guild_id: int, user_id: int) -> bool:
        """False while the person is deafened by the server or themselves."""
        ...


class Op(enum.IntEnum):
    """Voice opcodes that are carried as JSON."""

    IDENTIFY = 0
    SELECT_PROTOCOL = 1
    READY = 2
    HEARTBEAT = 3
    SESSION_DESCRIPTION = 4
    SPEAKING = 5
    HEARTBEAT_ACK = 6
    RESUME = 7
    HELLO = 8
    RESUMED = 9
    CLIENTS_CONNECT = 11
    CLIENT_DISCONNECT = 13
    DAVE_PREPARE_TRANSITION = 21
    DAVE_EXECUTE_TRANSITION = 22
    DAVE_TRANSITION_READY = 23
    MLS_INVALID_COMMIT_WELCOME = 31


class BinaryOp(enum.IntEnum):
    """Voice opcodes that clients send as binary messages: the opcode, then its payload."""

    MLS_KEY_PACKAGE = 26
    MLS_COMMIT_WELCOME = 28


class CloseCode(enum.IntEnum):
    """Close codes of a voice websocket: those of RFC 6455 that occur, and all that Discord documents."""

    NORMAL = 1000
    GOING_AWAY = 1001
    UNKNOWN_OPCODE = 4001
    FAILED_TO_DECODE_PAYLOAD = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    SESSION_NO_LONGER_VALID = 4006
    SESSION_TIMEOUT = 4009
    SERVER_NOT_FOUND = 4011
    UNKNOWN_PROTOCOL = 4012
    DISCONNECTED = 4014
    VOICE_SERVER_CRASHED = 4015
    UNKNOWN_ENCRYPTION_MODE = 4016
    E2EE_REQUIRED = 4017
    BAD_REQUEST = 4020
    RATE_LIMITED = 4021
    CALL_TERMINATED = 4022


class Aftermath(enum.Enum):
    """What is left to a client whose websocket the server closed."""

    RESUME = enum.auto()
    """Its session: op 7 goes on where it was."""
    IDENTIFY = enum.auto()
    """What it was told to connect with: op 0 begins a new session."""
    REJOIN = enum.auto()
    """Its place in the channel; it has to leave and join again to be told what to connect with."""
    NOTHING = enum.auto()
    """It is out of the channel and should not come back by itself."""


AFTERMATHS = {
    CloseCode.NORMAL: Aftermath.IDENTIFY,
    CloseCode.GOING_AWAY: Aftermath.RESUME,
    CloseCode.UNKNOWN_OPCODE: Aftermath.IDENTIFY,
    CloseCode.FAILED_TO_DECODE_PAYLOAD: Aftermath.IDENTIFY,
    CloseCode.NOT_AUTHENTICATED: Aftermath.IDENTIFY,
    CloseCode.AUTHENTICATION_FAILED: Aftermath.REJOIN,
    CloseCode.ALREADY_AUTHENTICATED: Aftermath.IDENTIFY,
    CloseCode.SESSION_NO_LONGER_VALID: Aftermath.REJOIN,
    CloseCode.SESSION_TIMEOUT: Aftermath.IDENTIFY,
    CloseCode.SERVER_NOT_FOUND: Aftermath.REJOIN,
    CloseCode.UNKNOWN_PROTOCOL: Aftermath.IDENTIFY,
    CloseCode.DISCONNECTED: Aftermath.NOTHING,
    CloseCode.VOICE_SERVER_CRASHED: Aftermath.RESUME,
    CloseCode.UNKNOWN_ENCRYPTION_MODE: Aftermath.IDENTIFY,
    CloseCode.E2EE_REQUIRED: Aftermath.REJOIN,
    CloseCode.BAD_REQUEST: Aftermath.IDENTIFY,
    CloseCode.RATE_LIMITED: Aftermath.NOTHING,
    CloseCode.CALL_TERMINATED: Aftermath.NOTHING,
}
"""Documented: resuming after 4015, not reconnecting after 4014, 4021 and 4022. The rest follows from the reasons."""


class Refusal(Exception):
    """A client's message that ends its websocket with ``code``."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(close_reason(code))
        self.code = code


def close_reason(code: int) -> str:
    """The words that accompany a close code, empty for a code without a name here."""
    try:
        return CloseCode(code).name.replace("_", " ").capitalize()
    except ValueError:
        return ""
