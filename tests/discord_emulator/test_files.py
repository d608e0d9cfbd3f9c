"""Files both ways: with every kind of message, in forms and options, kept or dropped by edits, and their limits."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import discord
import pytest

from discord_emulator import EmulatorError

from .conftest import Bot, Stand


def file(name: str, content: bytes = b"x", description: str | None = None) -> discord.File:
    return discord.File(io.BytesIO(content), name, description=description)


async def test_edits_keep_and_drop_files(stand: Stand) -> None:
    bot = await stand.start()
    sent = await stand.seen_by(bot).send(files=[file("a.txt", b"a", "the first"), file("b.txt", b"b")])
    message = stand.ada.messages(stand.chat)[-1]
    assert [attachment.description for attachment in sent.attachments] == ["the first", None]
    kept = await sent.edit(attachments=[sent.attachments[1], file("c.txt", b"c")])
    assert message.files == {"b.txt": b"b", "c.txt": b"c"}
    assert kept.attachments[0].id == sent.attachments[1].id
    await sent.edit(content="no word of files")
    assert len(message.files) == 2
    await sent.edit(attachments=[])
    assert message.files == {}
    with pytest.raises(discord.NotFound):
        await kept.attachments[0].read()


async def test_names_of_any_script_are_served(stand: Stand) -> None:
    bot = await stand.start()
    sent = await stand.seen_by(bot).send(file=file("mein Gespräch #1?.txt", b"ja"))
    assert sent.attachments[0].filename == "mein Gespräch #1?.txt"
    assert await sent.attachments[0].read() == b"ja"
    hidden = await stand.seen_by(bot).send(file=discord.File(io.BytesIO(b"x"), "end.txt", spoiler=True))
    assert hidden.attachments[0].is_spoiler()


async def test_answers_follow_ups_and_edits_carry_files(stand: Stand) -> None:
    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="transcript", description="Sends it")
        async def transcript(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("here", file=file("talk.vtt", b"1"), ephemeral=True)
            await interaction.followup.send("more", file=file("talk.txt", b"2"), ephemeral=True)
            await interaction.edit_original_response(attachments=[file("talk.srt", b"3")])

        @bot.tree.command(name="slowly", description="Sends it later")
        async def slowly(interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True)
            await interaction.edit_original_response(content="here", attachments=[file("late.vtt", b"4")])

    await stand.start(prepare)
    reply = await stand.ada.run("transcript")
    await stand.ada.wait_for(lambda: reply.files == {"talk.srt": b"3"})
    assert [follow_up.files for follow_up in reply.follow_ups] == [{"talk.txt": b"2"}]
    slow = await stand.ada.run("slowly")
    assert slow.files == {"late.vtt": b"4"}
    assert stand.ben.messages(stand.chat) == []
    assert stand.discord.violations == []


async def test_pictures_are_shown_by_reference(stand: Stand) -> None:
    bot = await stand.start()
    embed = discord.Embed(title="Cover").set_image(url="attachment://cover.png")
    sent = await stand.seen_by(bot).send(embed=embed, file=file("cover.png", b"png"))
    assert sent.embeds[0].image.url == sent.attachments[0].url
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png")))
    view.add_item(discord.ui.File("attachment://b.txt"))
    laid_out = await stand.seen_by(bot).send(view=view, files=[file("a.png"), file("b.txt")])
    gallery, shown = laid_out.components
    assert isinstance(gallery, discord.components.MediaGalleryComponent)
    assert isinstance(shown, discord.components.FileComponent)
    assert {gallery.items[0].media.url, shown.media.url} == {each.url for each in laid_out.attachments}
    with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException) as refusal:
        await stand.seen_by(bot).send(embed=embed, file=file("other.png"))
    assert refusal.value.code == 50035


async def test_too_much_is_refused_everywhere(stand: Stand) -> None:
    refused: list[int] = []
    big = b"x" * (10 * 1024 * 1024 + 1)

    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="big", description="Sends too much")
        async def send_big(interaction: discord.Interaction) -> None:
            for send in (
                lambda: interaction.response.send_message(file=file("big.bin", big)),
                lambda: interaction.response.send_message("small"),
                lambda: interaction.followup.send(file=file("big.bin", big)),
                lambda: interaction.edit_original_response(attachments=[file("big.bin", big)]),
            ):
                try:
                    await send()
                except discord.HTTPException as error:
                    refused.append(error.code)

    bot = await stand.start(prepare)
    with stand.discord.expecting("invalid body"):
        reply = await stand.ada.run("big")
        await stand.ada.wait_for(lambda: len(refused) == 3)
        assert (reply.text, refused) == ("small", [40005] * 3)
        with pytest.raises(discord.HTTPException) as refusal:
            await stand.seen_by(bot).send(file=file("big.bin", big))
        assert (refusal.value.status, refusal.value.code) == (413, 40005)
    sent = await stand.seen_by(bot).send(files=[file(f"{n}.txt") for n in range(10)])
    form = aiohttp.FormData()
    form.add_field("payload_json", "{}", content_type="application/json")
    form.add_field("files[0]", b"x", filename="eleventh.txt")
    status, answer = await with_form(stand, f"/channels/{stand.chat.id}/messages/{sent.id}", form)
    assert (status, answer["code"]) == (400, 30015)


async def with_form(stand: Stand, path: str, form: aiohttp.FormData) -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {stand.application.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.patch(stand.discord.api_base + path, data=form) as response,
    ):
        return response.status, await response.json()


async def test_a_body_beyond_all_measure_is_refused_and_not_a_fault(stand: Stand) -> None:
    with stand.discord.expecting("invalid body") as provoked:
        form = aiohttp.FormData()
        form.add_field("payload_json", io.BytesIO(b"x" * 27_000_000), content_type="application/json")
        status, answer = await with_form(stand, f"/channels/{stand.chat.id}/messages/1", form)
    assert (status, answer["code"]) == (413, 40005)
    assert [violation.kind for violation in provoked] == ["invalid body"]


class Evidence(discord.ui.Modal, title="Report"):
    """A form that takes up to two files."""

    proof: discord.ui.Label[Evidence] = discord.ui.Label(
        text="Proof", component=discord.ui.FileUpload(custom_id="proof", min_values=1, max_values=2)
    )

    def __init__(self) -> None:
        super().__init__()
        self.got: list[bytes] = []

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        assert isinstance(self.proof.component, discord.ui.FileUpload)
        self.got = [await attachment.read() for attachment in self.proof.component.values]
        await interaction.followup.send("Thank you")


async def test_a_form_takes_files(stand: Stand) -> None:
    form = Evidence()

    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="report", description="Reports")
        async def report(interaction: discord.Interaction) -> None:
            await interaction.response.send_modal(form)

    await stand.start(prepare)
    reply = await stand.ada.run("report")
    for wrong in ({}, {"Proof": {str(n): b"" for n in range(3)}}):
        with pytest.raises(EmulatorError, match="1 to 2 files"):
            await stand.ada.submit(reply.modal, wrong)
    with pytest.raises(EmulatorError, match="larger than"):
        await stand.ada.submit(reply.modal, {"Proof": {"big": b"x" * 11_000_000}})
    done = await stand.ada.submit(reply.modal, {"Proof": {"a.png": b"one", "b.png": b"two"}})
    assert (done.text, form.got) == ("Thank you", [b"one", b"two"])
    assert stand.discord.violations == []


async def test_an_option_takes_a_file(stand: Stand) -> None:
    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="upload", description="Takes a file")
        async def upload(interaction: discord.Interaction, talk: discord.Attachment) -> None:
            content = await talk.read()
            await interaction.response.send_message(f"{talk.filename}: {content.decode()}")

    await stand.start(prepare)
    reply = await stand.ada.run("upload", talk={"talk.txt": b"hello"})
    assert reply.text == "talk.txt: hello"
    with pytest.raises(EmulatorError, match="one file"):
        await stand.ada.run("upload", talk="talk.txt")
