"""The audit log of what happens among messages: deletions, pins, webhooks and threads."""

from __future__ import annotations

import discord

from discord_emulator.model.audit_log import AuditLogAction, AuditLogEntry

from .conftest import Stand


def kept(stand: Stand, number: int) -> list[AuditLogEntry]:
    """The newest entries, oldest first."""
    return stand.guild.audit_log[-number:]


async def test_who_deletes_what_others_wrote_is_in_it(stand: Stand) -> None:
    bot = await stand.start()
    channel = stand.seen_by(bot)
    before = len(stand.guild.audit_log)
    await (await channel.send("my own")).delete()
    await stand.ada.delete(await stand.ada.post(stand.chat, "her own"))
    assert len(stand.guild.audit_log) == before
    first = await stand.ada.post(stand.chat, "first")
    await (await channel.fetch_message(first.id)).delete()
    second = await stand.ada.post(stand.chat, "second")
    await stand.host.delete(second)
    entries = kept(stand, 2)
    assert [(entry.action, entry.user_id, entry.target_id) for entry in entries] == [
        (AuditLogAction.MESSAGE_DELETE, stand.application.bot.id, stand.ada.id),
        (AuditLogAction.MESSAGE_DELETE, stand.host.id, stand.ada.id),
    ]
    assert entries[0].options == {"channel_id": str(stand.chat.id), "count": "1"}


async def test_bulk_deletions_and_pins(stand: Stand) -> None:
    stand.permit("pin_messages", "view_audit_log")
    bot = await stand.start(intents=discord.Intents(guilds=True, guild_messages=True, moderation=True))
    channel = stand.seen_by(bot)
    written = [await stand.ada.post(stand.chat, word) for word in ("one", "two", "three")]
    pinned = await channel.fetch_message(written[2].id)
    await pinned.pin(reason="to keep")
    await pinned.unpin()
    await channel.delete_messages(written[:2], reason="tidying up")
    pin, unpin, bulk = kept(stand, 3)
    place = {"channel_id": str(stand.chat.id), "message_id": str(pinned.id)}
    assert (pin.action, pin.target_id, pin.options) == (AuditLogAction.MESSAGE_PIN, stand.ada.id, place)
    assert (unpin.action, unpin.target_id, unpin.options) == (AuditLogAction.MESSAGE_UNPIN, stand.ada.id, place)
    assert pin.reason == "to keep"
    assert (bulk.action, bulk.target_id, bulk.options) == (
        AuditLogAction.MESSAGE_BULK_DELETE,
        stand.chat.id,
        {"count": "2"},
    )
    await bot.saw("GUILD_AUDIT_LOG_ENTRY_CREATE", 3)
    read = [entry async for entry in channel.guild.audit_logs(limit=3)]
    assert [entry.action.name for entry in read] == ["message_bulk_delete", "message_unpin", "message_pin"]


async def test_webhooks(stand: Stand) -> None:
    stand.permit("manage_webhooks", "view_audit_log")
    bot = await stand.start()
    webhook = await stand.seen_by(bot).create_webhook(name="Captions", reason="for captions")
    await webhook.edit(name="Words")
    made = [entry async for entry in stand.seen_by(bot).guild.audit_logs(limit=2)]
    assert [entry.action.name for entry in made] == ["webhook_update", "webhook_create"]
    assert (made[0].before.name, made[0].after.name, made[1].reason) == ("Captions", "Words", "for captions")
    assert getattr(made[0].target, "name", None) == "Words"
    await webhook.delete()
    gone = kept(stand, 1)[0]
    assert (gone.action, gone.target_id, gone.user_id) == (
        AuditLogAction.WEBHOOK_DELETE,
        webhook.id,
        stand.application.bot.id,
    )


async def test_webhooks_go_with_the_application_that_made_them(stand: Stand) -> None:
    stand.permit("manage_webhooks")
    bot = await stand.start()
    await stand.seen_by(bot).create_webhook(name="Captions")
    assert stand.discord.world.webhooks
    await stand.host.kick(stand.guild.members[stand.application.bot.id])
    assert stand.discord.world.webhooks == {}


async def test_threads(stand: Stand) -> None:
    stand.permit("create_public_threads", "manage_threads", "view_audit_log")
    bot = await stand.start()
    thread = await stand.seen_by(bot).create_thread(name="talk", type=discord.ChannelType.public_thread, reason="aside")
    await thread.edit(name="chat", locked=True)
    await thread.delete(reason="done")
    created, changed, deleted = kept(stand, 3)
    assert (created.action, created.target_id, created.reason) == (AuditLogAction.THREAD_CREATE, thread.id, "aside")
    assert {"key": "name", "new_value": "talk"} in created.changes
    assert changed.action == AuditLogAction.THREAD_UPDATE
    assert changed.changes == [
        {"key": "name", "old_value": "talk", "new_value": "chat"},
        {"key": "locked", "old_value": False, "new_value": True},
    ]
    assert (deleted.action, deleted.reason) == (AuditLogAction.THREAD_DELETE, "done")
    await stand.ada.start_thread(stand.chat, "hers")
    assert (kept(stand, 1)[0].action, kept(stand, 1)[0].user_id) == (AuditLogAction.THREAD_CREATE, stand.ada.id)
