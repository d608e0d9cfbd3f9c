"""Registering commands: how many, what stays, translations, and what moderators decide."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from .conftest import Stand
from .test_commands import with_hello


def body_of(name: str, kind: int = 1) -> dict[str, Any]:
    return {"name": name, "type": kind} | ({"description": "Does it"} if kind == 1 else {})


async def test_a_scope_holds_so_many_commands(stand: Stand) -> None:
    path = f"/applications/{stand.application.id}/commands"
    most = [body_of(f"c{n}") for n in range(100)] + [body_of(f"m{n}", kind) for n in range(15) for kind in (2, 3)]
    status, registered = await stand.ask("PUT", path, most)
    assert (status, len(registered)) == (200, 130)
    for one_more in (body_of("more"), body_of("more", 2), body_of("more", 3)):
        status, answer = await stand.ask("POST", path, one_more)
        assert (status, answer["code"]) == (400, 30032)
    in_guild = f"/applications/{stand.application.id}/guilds/{stand.guild.id}/commands"
    assert (await stand.ask("POST", in_guild, body_of("more")))[0] == 201


async def test_two_hundred_new_commands_a_day(stand: Stand) -> None:
    path = f"/applications/{stand.application.id}/commands"
    for batch in ("a", "b"):
        assert (await stand.ask("PUT", path, [body_of(f"{batch}{n}") for n in range(100)]))[0] == 200
    status, answer = await stand.ask("PUT", path, [body_of("c")])
    assert (status, answer["code"]) == (400, 30034)
    assert (await stand.ask("PUT", path, [body_of("b1")]))[0] == 200
    stand.discord.advance(86_401)
    assert (await stand.ask("PUT", path, [body_of("c")]))[0] == 200


async def test_what_does_not_change_keeps_its_id_and_version(stand: Stand) -> None:
    path = f"/applications/{stand.application.id}/commands"
    status, first = await stand.ask("POST", path, body_of("hello"))
    assert status == 201
    assert await stand.ask("POST", path, body_of("hello")) == (200, first)
    assert await stand.ask("PUT", path, [body_of("hello")]) == (200, [first])
    status, changed = await stand.ask("PATCH", f"{path}/{first['id']}", {"description": "Does it well"})
    assert (status, changed["id"]) == (200, first["id"])
    assert int(changed["version"]) > int(first["version"])
    await stand.ask("POST", path, body_of("bye"))
    with stand.discord.expecting("invalid body"):
        status, answer = await stand.ask("PATCH", f"{path}/{first['id']}", {"name": "bye"})
    assert (status, answer["code"]) == (400, 50035)
    with stand.discord.expecting("invalid body"):
        assert (await stand.ask("PUT", path, [body_of("twice"), body_of("twice")]))[1]["code"] == 50035
    assert await stand.ask("DELETE", f"{path}/{first['id']}") == (204, None)
    assert (await stand.ask("GET", f"{path}/{first['id']}"))[1]["code"] == 10063


async def test_translations_are_listed_on_request(stand: Stand) -> None:
    path = f"/applications/{stand.application.id}/commands"
    option = {"type": 3, "name": "who", "description": "Whom", "name_localizations": {"de": "wen"}}
    await stand.ask("POST", path, body_of("hello") | {"name_localizations": {"de": "hallo"}, "options": [option]})
    plain = (await stand.ask("GET", path))[1][0]
    assert "name_localizations" not in plain
    assert "name_localizations" not in plain["options"][0]
    full = (await stand.ask("GET", f"{path}?with_localizations=true"))[1][0]
    assert full["name_localizations"] == {"de": "hallo"}
    assert full["options"][0]["name_localizations"] == {"de": "wen"}
    with stand.discord.expecting("invalid body"):
        wrong = body_of("hello") | {"name_localizations": {"xx": "hallo"}}
        assert (await stand.ask("POST", path, wrong))[1]["code"] == 50035


async def test_a_command_of_the_server_hides_the_global_one(stand: Stand) -> None:
    path = f"/applications/{stand.application.id}"
    await stand.ask("POST", f"{path}/commands", body_of("hello"))
    await stand.ask("POST", f"{path}/guilds/{stand.guild.id}/commands", body_of("hello"))
    assert stand.ada.commands() == ["hello"]
    other = stand.discord.add_application("Other")
    with stand.discord.expecting("missing access"):
        assert (await stand.ask("GET", f"{path}/commands", application=other))[1]["code"] == 50001


async def test_moderators_decide_who_may_use_a_command(stand: Stand) -> None:
    bot = await stand.start(with_hello)
    (command,) = await bot.tree.fetch_commands()
    place = f"/applications/{stand.application.id}/guilds/{stand.guild.id}/commands"
    with pytest.raises(discord.NotFound) as nothing:
        await command.fetch_permissions(discord.Object(stand.guild.id))
    assert nothing.value.code == 10066
    readers = stand.guild.add_role("Readers")
    stand.ben.role_ids.add(readers.id)
    stand.guild.set_command_rights(
        stand.application, "hello", {stand.guild.default_role: False, readers: True, stand.chat: True}
    )
    await bot.saw("APPLICATION_COMMAND_PERMISSIONS_UPDATE")
    assert (stand.ada.commands(), stand.ben.commands()) == ([], ["hello"])
    rights = await command.fetch_permissions(discord.Object(stand.guild.id))
    assert {(right.id, right.permission) for right in rights.permissions} == {
        (stand.guild.id, False),
        (readers.id, True),
        (stand.chat.id, True),
    }
    assert [entry["id"] for entry in (await stand.ask("GET", f"{place}/permissions"))[1]] == [str(command.id)]
    status, answer = await stand.ask("PUT", f"{place}/{command.id}/permissions", {"permissions": []})
    assert (status, answer["code"]) == (403, 20001)
    stand.guild.set_command_rights(stand.application, None, {stand.chat: False})
    stand.guild.set_command_rights(stand.application, "hello", {stand.ada: True})
    assert (stand.ada.commands(), stand.ben.commands()) == ([], [])
    assert stand.host.commands() == ["hello"]
