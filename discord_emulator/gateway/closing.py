"""Why the gateway ends a connection: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway"""

from __future__ import annotations

from enum import IntEnum


class CloseCode(IntEnum):
    """The gateway's own close codes. After 4004 and 4010 to 4014 a client must not come back."""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    SHARDING_REQUIRED = 4011
    INVALID_API_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


_REASONS: dict[int, str] = {
    CloseCode.UNKNOWN_ERROR: "Unknown error.",
    CloseCode.UNKNOWN_OPCODE: "Unknown opcode.",
    CloseCode.DECODE_ERROR: "Error while decoding payload.",
    CloseCode.NOT_AUTHENTICATED: "Not authenticated.",
    CloseCode.AUTHENTICATION_FAILED: "Authentication failed.",
    CloseCode.ALREADY_AUTHENTICATED: "Already authenticated.",
    CloseCode.INVALID_SEQUENCE: "Invalid seq.",
    CloseCode.RATE_LIMITED: "You are being rate limited.",
    CloseCode.SESSION_TIMED_OUT: "Session timed out.",
    CloseCode.INVALID_SHARD: "Invalid shard.",
    CloseCode.SHARDING_REQUIRED: "Sharding required.",
    CloseCode.INVALID_API_VERSION: "Invalid API version.",
    CloseCode.INVALID_INTENTS: "Invalid intent(s).",
    CloseCode.DISALLOWED_INTENTS: "Disallowed intent(s).",
}
# RFC 6455, section 5.5: a control frame carries 125 bytes, two of them the code.
_LONGEST_REASON = 123


class GatewayClose(Exception):
    """Ends a connection with ``code``; ``detail`` follows the code's own words in the reason."""

    def __init__(self, code: int, detail: str = "") -> None:
        words = _REASONS.get(code, "")
        self.code = int(code)
        self.reason = f"{words} {detail}".strip().encode()[:_LONGEST_REASON].decode(errors="ignore")
        super().__init__(f"{self.code} {self.reason}")
