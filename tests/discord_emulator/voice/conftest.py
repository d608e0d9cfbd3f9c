from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import trustme

from discord_emulator.voice import PersonVoice, VoiceServer
from tests.discord_emulator.voice.client import GUILD, STAGE, Clients, clients_of


@dataclass
class VoiceStates:
    """Who may not speak or hear, as the guild's voice states would say."""

    suppressed: set[int] = field(default_factory=set)
    deafened: set[int] = field(default_factory=set)

    def may_speak(self, guild_id: int, user_id: int) -> bool:
        return user_id not in self.suppressed

    def may_hear(self, guild_id: int, user_id: int) -> bool:
        return user_id not in self.deafened


class Crowd:
    """People of the stage, by number."""

    def __init__(self, server: VoiceServer) -> None:
        self._server = server

    def enter(self, user_id: int, channel_id: int = STAGE) -> PersonVoice:
        return self._server.open_person(
            guild_id=GUILD, channel_id=channel_id, user_id=user_id, name=f"Person {user_id}"
        )


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="session")
def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def states() -> VoiceStates:
    return VoiceStates()


@pytest.fixture
async def server(server_tls: ssl.SSLContext, states: VoiceStates) -> AsyncIterator[VoiceServer]:
    server = VoiceServer(host="127.0.0.1", ssl_context=server_tls, hooks=states)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def clients(server: VoiceServer, trust: ssl.SSLContext) -> AsyncIterator[Clients]:
    async with clients_of(server, trust) as made:
        yield made


@pytest.fixture
def crowd(server: VoiceServer) -> Crowd:
    return Crowd(server)
