"""Who is in which channel, what they may do there, and what the others are told of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from discord_emulator.voice.ciphers import Cipher
from discord_emulator.voice.datagrams import Address, DatagramSocket
from discord_emulator.voice.protocol import MICROPHONE, Op, VoiceHooks


@dataclass(eq=False, kw_only=True)
class Participant:
    """Somebody in a voice channel: a person, or a client behind a voice websocket."""

    guild_id: int
    channel_id: int
    user_id: int
    ssrc: int
    cipher: Cipher | None = None
    """None until the participant chose an encryption mode."""
    speaking: int = 0
    """The speaking mode of the last op 5, a bit mask; 0 is silence."""
    announced: bool = False
    """Whether there ever was an op 5: nothing is forwarded before."""
    concealed: bool = False
    """Whether the others are not told of a new SSRC until the next op 5."""

    def set_speaking(self, mode: int) -> None:
        """Takes over the speaking mode of an op 5."""
        self.speaking = mode
        self.announced = True
        if mode:
            self.concealed = False

    def shares_channel_with(self, other: Participant) -> bool:
        """Whether both are in the same channel and not the same participant."""
        return self.channel_id == other.channel_id and self.guild_id == other.guild_id and self is not other


@dataclass(eq=False, kw_only=True)
class Listener(Participant):
    """A participant that is told of the others and receives their sound."""

    address: Address | None = None
    """Where its sound goes; None until it selected a protocol."""
    exit: DatagramSocket | None = None
    """The socket of the voice server it is connected to."""
    known_ssrcs: set[int] = field(default_factory=set)

    def notify(self, op: Op, data: Any) -> None:
        """Sends a message that a resume repeats if it got lost."""
        raise NotImplementedError

    async def flushed(self) -> None:
        """Returns when all messages so far are on their way."""
        raise NotImplementedError

    def learn(self, speaker: Participant) -> None:
        """Tells once which SSRC a user speaks with (op 5)."""
        if speaker.ssrc in self.known_ssrcs or speaker.concealed:
            return
        self.known_ssrcs.add(speaker.ssrc)
        self.notify(
            Op.SPEAKING,
            {
                "user_id": str(speaker.user_id),
                "ssrc": speaker.ssrc,
                # A first packet may overtake the op 5 that says so.
                "speaking": speaker.speaking or MICROPHONE,
            },
        )


class Roster:
    """Every participant of every channel; a user is in at most one channel of a guild.

    Invariant: an SSRC is never given out twice, so one that is forgotten stays unknown.
    """

    def __init__(self, hooks: VoiceHooks, chance: random.Random) -> None:
        self._hooks = hooks
        self._chance = chance
        self._given: set[int] = {0}
        self._by_ssrc: dict[int, Participant] = {}
        self._by_user: dict[tuple[int, int], Participant] = {}
        # Apart from the others, since every packet asks for them and they are few.
        self._listeners: list[Listener] = []

    def new_ssrc(self) -> int:
        """A 32-bit number that no participant of this server ever had."""
        ssrc = 0
        while ssrc in self._given:
            ssrc = self._chance.getrandbits(32)
        self._given.add(ssrc)
        return ssrc

    def owner_of(self, ssrc: int) -> Participant | None:
        """The participant who sends with this SSRC."""
        return self._by_ssrc.get(ssrc)

    def find(self, guild_id: int, user_id: int) -> Participant | None:
        """The participant that is this user in this guild."""
        return self._by_user.get((guild_id, user_id))

    def everyone(self) -> list[Participant]:
        """All participants of all channels."""
        return list(self._by_user.values())

    def others(self, participant: Participant) -> list[Participant]:
        """The other participants of the same channel, in the order they joined."""
        return [other for other in self._by_user.values() if other.shares_channel_with(participant)]

    def listeners(self, participant: Participant) -> list[Listener]:
        """The others of the same channel who listen."""
        return [listener for listener in self._listeners if listener.shares_channel_with(participant)]

    def client_at(self, address: Address) -> Listener | None:
        """The client whose sound goes to this address."""
        return next((listener for listener in self._listeners if listener.address == address), None)

    def change_ssrc(self, participant: Participant, *, concealed: bool) -> None:
        """Gives a participant another SSRC; its next packet or, if ``concealed``, its next op 5 announces it."""
        del self._by_ssrc[participant.ssrc]
        for listener in self.listeners(participant):
            listener.known_ssrcs.discard(participant.ssrc)
        participant.ssrc = self.new_ssrc()
        participant.concealed = concealed
        self._by_ssrc[participant.ssrc] = participant

    def may_speak(self, participant: Participant) -> bool:
        """Whether what the participant sends is forwarded now."""
        return self._hooks.may_speak(participant.guild_id, participant.user_id)

    def may_hear(self, listener: Listener) -> bool:
        """Whether sound is forwarded to the listener now."""
        return self._hooks.may_hear(listener.guild_id, listener.user_id)

    def join(self, participant: Participant) -> None:
        """Adds a participant; the others of the channel learn of it, and it of them (op 11)."""
        self._by_ssrc[participant.ssrc] = participant
        self._by_user[participant.guild_id, participant.user_id] = participant
        for listener in self.listeners(participant):
            listener.notify(Op.CLIENTS_CONNECT, {"user_ids": [str(participant.user_id)]})
        if isinstance(participant, Listener):
            self._listeners.append(participant)
            if present := [str(other.user_id) for other in self.others(participant)]:
                participant.notify(Op.CLIENTS_CONNECT, {"user_ids": present})

    def leave(self, participant: Participant) -> None:
        """Removes a participant; the others of the channel learn of it (op 13). Idempotent."""
        if self._by_ssrc.pop(participant.ssrc, None) is None:
            return
        del self._by_user[participant.guild_id, participant.user_id]
        if isinstance(participant, Listener):
            self._listeners.remove(participant)
        for listener in self.listeners(participant):
            listener.known_ssrcs.discard(participant.ssrc)
            listener.notify(Op.CLIENT_DISCONNECT, {"user_id": str(participant.user_id)})

    def announce(self, speaker: Participant) -> list[Listener]:
        """Tells the channel who speaks, unless that participant may not; returns the listeners."""
        listeners = self.listeners(speaker)
        if speaker.speaking and self.may_speak(speaker):
            for listener in listeners:
                listener.learn(speaker)
        return listeners

    def introduce(self, listener: Listener) -> None:
        """Tells a newcomer who speaks at the moment."""
        for other in self.others(listener):
            if other.speaking and self.may_speak(other):
                listener.learn(other)
