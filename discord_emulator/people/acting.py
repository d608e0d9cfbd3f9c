"""What a person does with an application: commands, buttons, selects, forms, context menus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from discord_emulator.actions import interactions
from discord_emulator.errors import ApiError
from discord_emulator.model.audit_log import Actor
from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.interactions import Interaction, InteractionType
from discord_emulator.model.members import Member
from discord_emulator.model.messages import SELECTS, ComponentType, Message
from discord_emulator.permissions import Permission
from discord_emulator.world import World

from . import forms, offers, options
from .offers import MESSAGE_MENU, SLASH, USER_MENU, Offer
from .replies import Modal, Reply
from .resolved import Resolved

_Value = TypeVar("_Value")

PATIENCE_SECONDS = 30.0
"""How long a person looks at "… is thinking" before a test has to know."""


@dataclass(eq=False, repr=False)
class Acting(Member):
    """The part of a person that uses applications. Every verb returns what they then see, as a :class:`Reply`.

    All raise :class:`EmulatorError` for what a client does not offer or does not let them send, and when the answer
    is still "thinking" after ``patience`` real seconds.
    """

    world: World = field(kw_only=True)

    async def run(
        self, name: str, /, *, where: Channel | None = None, patience: float = PATIENCE_SECONDS, **given: Any
    ) -> Reply:
        """Runs a slash command by its full name, in the stage they sit in or the first text channel they see.

        Choices are given by shown name or value; members, channels and roles as they are; a file as ``{name: bytes}``.
        """
        where = where or self.here
        offer = offers.find(self.world, self, where, SLASH, name)
        resolved = Resolved(self.world, self, offer.application)
        filled = options.nest(offer.path, options.fill(offer.declared, given, resolved))
        return await self._invoke(offer, where, offer.data(resolved, {"options": filled}), patience)

    async def complete(self, name: str, /, *, where: Channel | None = None, **typed: Any) -> list[str]:
        """The suggestions shown while typing the last of ``typed``, an option with autocomplete."""
        where = where or self.here
        offer = offers.find(self.world, self, where, SLASH, name)
        resolved = Resolved(self.world, self)
        filled, kind = options.fill_typing(offer.declared, typed, resolved)
        interaction = interactions.start(
            self.world,
            offer.application,
            InteractionType.AUTOCOMPLETE,
            member=self,
            channel=where,
            data=offer.data(resolved, {"options": options.nest(offer.path, filled)}),
            command_name=name,
            focused_type=kind,
        )
        await self._settle(interaction, PATIENCE_SECONDS)
        return [choice["name"] for choice in interaction.choices or []]

    async def use_on_user(
        self,
        name: str,
        member: Member,
        *,
        where: Channel | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> Reply:
        """Uses a command from a member's context menu (Apps)."""
        where = where or self.here
        offer = offers.find(self.world, self, where, USER_MENU, name)
        resolved = Resolved(self.world, self)
        target = {"target_id": resolved.add_member(member)}
        return await self._invoke(offer, where, offer.data(resolved, target), patience)

    async def use_on_message(self, name: str, message: Message, *, patience: float = PATIENCE_SECONDS) -> Reply:
        """Uses a command from a message's context menu (Apps)."""
        self._need_to_see(message)
        offer = offers.find(self.world, self, message.channel, MESSAGE_MENU, name)
        resolved = Resolved(self.world, self)
        target = {"target_id": resolved.add_message(message, offer.application)}
        return await self._invoke(offer, message.channel, offer.data(resolved, target), patience, target=message)

    async def press(self, on: Reply | Message, button: str, *, patience: float = PATIENCE_SECONDS) -> Reply:
        """Presses a button by its label (with or without its emoji) or custom_id."""
        message = _message(on)
        component = message.find_component(button, frozenset({ComponentType.BUTTON}))
        if component.get("url"):
            raise EmulatorError(f"{button!r} is a link to {component['url']}")
        return await self._use(message, component, {}, patience)

    async def choose(self, on: Reply | Message, select: str, *picks: Any, patience: float = PATIENCE_SECONDS) -> Reply:
        """Picks from a select by its placeholder or custom_id: options by label or value, members, channels, roles."""
        message = _message(on)
        component = message.find_component(select, SELECTS)
        resolved = Resolved(self.world, self)
        data: dict[str, Any] = {"values": forms.chosen(component, list(picks), resolved)}
        if resolved.data:
            data["resolved"] = resolved.data
        return await self._use(message, component, data, patience)

    async def submit(
        self, modal: Modal | None, answers: dict[str, Any] | None = None, *, patience: float = PATIENCE_SECONDS
    ) -> Reply:
        """Fills a form by its labels and sends it; what is not named stays as the form shows it.

        Files are given as ``{name: bytes}``.
        """
        if modal is None:
            raise EmulatorError("no form is open")
        opener = modal.interaction
        if opener.member is not self:
            raise EmulatorError(f"the form is open on the screen of {opener.member.name}, not of {self.name}")
        resolved = Resolved(self.world, self, opener.application)
        components = forms.submitted(modal, answers or {}, resolved)
        data: dict[str, Any] = {"custom_id": modal.custom_id, "components": components}
        if resolved.data:
            data["resolved"] = resolved.data
        interaction = interactions.start(
            self.world,
            opener.application,
            InteractionType.MODAL,
            member=self,
            channel=opener.channel,
            data=data,
            source=opener.source,
            from_modal=opener,
        )
        return await self._reply(interaction, patience)

    def commands(self, where: Channel | None = None) -> list[str]:
        """The full names of the slash commands a client offers them."""
        return sorted(offer.name for offer in offers.offered(self.world, self, where or self.here, SLASH))

    async def _invoke(
        self, offer: Offer, where: Channel, data: dict[str, Any], patience: float, *, target: Message | None = None
    ) -> Reply:
        self._check_open(where)
        interaction = interactions.start(
            self.world,
            offer.application,
            InteractionType.COMMAND,
            member=self,
            channel=where,
            data=data,
            command_name=offer.name,
            target=target,
        )
        return await self._reply(interaction, patience)

    async def _use(
        self, message: Message, component: dict[str, Any], details: dict[str, Any], patience: float
    ) -> Reply:
        self._need_to_see(message)
        self._check_open(message.channel)
        if component.get("disabled"):
            raise EmulatorError(f"{component.get('label') or component['custom_id']!r} is greyed out")
        senders = (message.author.id, message.application_id)
        application = next((app for app in self.world.applications.values() if app.id in senders), None)
        if application is None:
            raise EmulatorError("the message is not by an application")
        data = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        interaction = interactions.start(
            self.world,
            application,
            InteractionType.COMPONENT,
            member=self,
            channel=message.channel,
            data=data | details,
            source=message,
        )
        return await self._reply(interaction, patience)

    def _check_open(self, where: Channel) -> None:
        """In an archived thread a client offers no application anything."""
        if where.thread is not None and where.thread.archived:
            raise EmulatorError(f"the thread {where.name} is archived")

    async def _reply(self, interaction: Interaction, patience: float) -> Reply:
        await self._settle(interaction, patience)
        return Reply(interaction)

    async def _settle(self, interaction: Interaction, patience: float) -> None:
        try:
            await interaction.progress.wait_for(lambda: interaction.settled, patience)
        except TimeoutError as error:
            raise EmulatorError(f"still thinking after {patience:g} s") from error

    def _need_to_see(self, message: Message) -> None:
        if message.deleted:
            raise EmulatorError("the message is gone")
        seen = self._granted(message.channel) & Permission.VIEW_CHANNEL
        if message.recipient_id not in (None, self.id) or not seen:
            raise EmulatorError(f"{self.name} does not see this message")

    def _by(self, reason: str | None = None) -> Actor:
        return Actor(self.user, reason)

    def _granted(self, channel: Channel) -> int:
        return self.world.permissions(self, channel)

    async def _do(self, action: Callable[[], _Value]) -> _Value:
        """Does what a client sends without an application; a refusal by the rules is an :class:`EmulatorError`."""
        try:
            result = action()
        except ApiError as error:
            raise EmulatorError(f"{self.name} cannot do this: {error.message}") from error
        self.world.changes.announce()
        return result

    @property
    def here(self) -> Channel:
        """Where they run commands: the stage they sit in, or the first text channel they see."""
        if self.voice is not None:
            return self.voice.channel
        for channel in self.guild.channels.values():
            seen = self._granted(channel) & Permission.VIEW_CHANNEL
            if channel.holds_messages and not channel.is_vocal and seen:
                return channel
        raise EmulatorError(f"{self.name} sees no text channel")


def _message(on: Reply | Message) -> Message:
    message = on.message if isinstance(on, Reply) else on
    if message is None:
        raise EmulatorError(f"there is no message to use: {on!r}")
    return message
