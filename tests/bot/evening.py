"""A server with people, as every test of the bot needs one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from demo.evening import BOT_PERMISSIONS
from discord_emulator import Application, Channel, Emulator, Guild, Message, Person, Reply, Violation


class Evening:
    """One server on the local Discord: a host, listeners, moderators, and the bot."""

    def __init__(
        self,
        discord: Emulator,
        application: Application,
        *,
        community: bool = True,
        permissions: tuple[str, ...] = BOT_PERMISSIONS,
    ) -> None:
        self.discord = discord
        self.guild: Guild = discord.add_guild("Book club", community=community)
        self.category: Channel = self.guild.add_category("Spaces")
        self.general: Channel = self.guild.add_text_channel("general")
        self.reports: Channel = self.guild.add_text_channel("reports")
        self.moderators = self.guild.add_role("Moderators")
        self.guild.install(application, permissions)
        self.bot_id = application.bot.id
        self.ada = self.guild.add_member("Ada")
        self.ben = self.guild.add_member("Ben")
        self.cleo = self.guild.add_member("Cleo")
        self.mod = self.guild.add_member("Mod", roles=[self.moderators])

    async def open(
        self, title: str = "What we read", *, host: Person | None = None, speak: str | None = None
    ) -> Channel:
        """The host opens a Space; returns its stage once it is live."""
        host = host or self.ada
        options = {"title": title} if speak is None else {"title": title, "speak": speak}
        before = set(self.guild.stages)
        reply = await host.run("space create", **options)
        await host.wait_for(lambda: "is live" in reply.text)
        (stage,) = set(self.guild.stages) - before
        return stage

    async def take_stage(self, person: Person, stage: Channel) -> None:
        """The host joins, accepts the prompt and unmutes."""
        await person.join(stage)
        await person.wait_for(lambda: person.voice_position == "invited")
        await person.accept_invitation()
        await person.unmute()

    async def take_stage_by_invitation(self, person: Person, stage: Channel) -> None:
        """A listener joins, is invited by the host, accepts and unmutes."""
        await person.join(stage)
        await self.panel_says(stage, "listening")
        await self.ada.run("speakers invite", person=person)
        await person.accept_invitation()
        await person.unmute()

    def panel(self, stage: Channel) -> Message:
        """The panel: the first message of the stage's chat."""
        return self.ada.messages(stage)[0]

    async def panel_says(self, stage: Channel, words: str, timeout: float = 12.0) -> None:
        """Waits until the panel holds these words; it may lag behind by its five seconds."""
        try:
            await self.ada.wait_for(lambda: words in self.panel(stage).text, timeout)
        except TimeoutError:
            raise AssertionError(f"the panel does not say {words!r} but: {self.panel(stage).text}") from None

    async def console(self, stage: Channel, person: Person | None = None) -> Reply:
        """The host console of a person."""
        return await (person or self.ada).press(self.panel(stage), "Host")

    async def forge(self, person: Person, message: Message, custom_id: str) -> Reply:
        """A press that no client offers: the id of some button, sent as if it were on this message."""
        component = {"type": 2, "style": 2, "id": 1, "label": "forged", "custom_id": custom_id}
        return await person._use(message, component, {}, 5.0)

    @contextmanager
    def provoking(self, *kinds: str) -> Iterator[list[Violation]]:
        """Inside the block the bot is expected to be refused in these ways."""
        with self.discord.world.record.expecting(*kinds) as provoked:
            yield provoked
