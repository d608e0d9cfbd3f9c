"""``python -m discord_emulator`` as a process, with a discord.py client on it."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands

from discord_emulator.command_line.faulty import BadFile
from discord_emulator.command_line.loading import load, load_plans, settings_of
from discord_emulator.command_line.main import EXAMPLE, main

from .conftest import INTENTS, Bot

ROOT = Path(__file__).resolve().parents[2]
SMALL = """\
applications:
  - name: Spaces
    token: local-test-token-of-a-bot
guilds:
  - name: Book club
    applications: [{name: Spaces, permissions: [view_channel, send_messages]}]
    channels: [{name: general}, {name: Lounge, type: stage}]
    members: [{name: Ada}, {name: Ben}]
"""


def having(old: str, new: str) -> str:
    """The small file with something else in it."""
    assert old in SMALL
    return SMALL.replace(old, new)


class Served:
    """The process, and what it has written so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.text = ""

    async def until(self, pattern: str) -> re.Match[str]:
        """Reads on until the pattern shows up."""
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            while (found := re.search(pattern, self.text)) is None:
                line = await self.process.stdout.readline()
                assert line, f"ended without {pattern!r}:\n{self.text}"
                self.text += line.decode()
        return found

    async def types(self, *lines: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())
        await self.process.stdin.drain()

    async def environment(self) -> dict[str, str]:
        await self.until("export DISCORD_CA_FILE=.*\n")
        return dict(re.findall(r"export (\w+)=(.*)\n", self.text))

    async def ended(self) -> int:
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            self.text += (await self.process.stdout.read()).decode()
            return await self.process.wait()


@asynccontextmanager
async def serving(*arguments: str | Path) -> AsyncIterator[Served]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "discord_emulator",
        *map(str, arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Served(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@asynccontextmanager
async def bot_on(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A client with a command, connected as the guidance says."""
    monkeypatch.setattr(discord.http.Route, "BASE", environment["DISCORD_API_BASE"])
    gateway = yarl.URL(environment["DISCORD_GATEWAY_URL"])
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    context = ssl.create_default_context()
    context.load_verify_locations(environment["DISCORD_CA_FILE"])
    bot = Bot(aiohttp.TCPConnector(ssl=context, limit=0), INTENTS)
    bot._connection.guild_ready_timeout = 0.05

    @bot.tree.command()
    @app_commands.describe(times="how often", to="whom", loud="whether loudly")
    async def greet(interaction: discord.Interaction, times: int, to: discord.Member, loud: bool) -> None:
        """Greets somebody."""
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Wave", custom_id="wave"))
        words = f"hello {to.display_name}, {'LOUDLY ' if loud else ''}{times} times"
        await interaction.response.send_message(words, view=view, ephemeral=True)

    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            modal = discord.ui.Modal(title="A form", custom_id="form")
            modal.add_item(discord.ui.TextInput(label="What I say", custom_id="words"))
            await interaction.response.send_modal(modal)
        elif interaction.type is discord.InteractionType.modal_submit:
            await interaction.response.send_message("heard", ephemeral=True)

    await bot.login(environment["DISCORD_TOKEN"])
    await bot.tree.sync()
    running = asyncio.create_task(bot.connect())
    try:
        await asyncio.wait_for(bot.wait_until_ready(), 10)
        yield bot
    finally:
        await bot.close()
        await asyncio.wait([running])


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "servers.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


async def test_a_bot_is_served_and_people_use_it(
    write: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.txt"
    async with serving(write(SMALL), "--log-file", log) as served:
        environment = await served.environment()
        assert environment["DISCORD_TOKEN"] == "local-test-token-of-a-bot"
        async with bot_on(environment, monkeypatch) as bot:
            await served.types("ada commands", "ada /greet times=2 to=Ben loud=yes")
            await served.until(r"\(only Ada sees this\) Spaces: hello Ben, LOUDLY 2 times \[Wave\]")
            await served.types("ada press Wave")
            await served.until(r'Ada sees a form, "A form": "What I say"')
            await served.types('ada submit "What I say=good evening"')
            await served.until(r"\(only Ada sees this\) Spaces: heard")
            await served.types("ada say #general hello everybody", "ben read #general")
            await served.until(r"Ada: hello everybody")
            await served.types("ada join Lounge", "who")
            await served.until(r"Ada in Lounge, listening")
            await served.types("fault rest.refuse error='403/50013 Missing Permissions' times=1")
            await served.until(r"began rest.refuse")
            channel = bot.get_channel(next(c.id for c in bot.guilds[0].text_channels))
            assert isinstance(channel, discord.TextChannel)
            with pytest.raises(discord.Forbidden):
                await channel.send("no")
            await served.types("calls", "violations", "faults", "advance 1m", "lift", "help", "commands", "quit")
            assert await served.ended() == 0
    assert re.search(r"Spaces +POST +/channels/\d+/messages  403  \d+ ms  Missing Permissions \(50013\)", served.text)
    assert re.search(r"event +INTERACTION_CREATE", log.read_text())
    assert "POST   /interactions/" in log.read_text()
    for secret in ("local-test-token-of-a-bot", *re.findall(r"[A-Za-z0-9]{32,}", log.read_text())):
        assert secret not in log.read_text()


async def test_a_story_is_told_and_violations_are_loud(write: Callable[[str], Path]) -> None:
    story = """\
settings: {rate_limits: false}
faults: [rest.delay seconds=1ms]
story:
  - {at: 300ms, do: quit}
  - {at: 100ms, do: ada join Lounge}
  - {at: 200ms, do: ada fly}
"""
    async with serving(write(SMALL + story), "--quiet", "--strict") as served:
        environment = await served.environment()
        address = f"{environment['DISCORD_API_BASE']}/no-such-thing"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            assert response.status == 404
        assert await served.ended() == 1
    assert "!! VIOLATION  unknown route: GET /no-such-thing" in served.text
    assert "? Ada cannot 'fly'; they can: /command, join, say" in served.text
    assert "rest.delay" not in served.text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_signals_end_it_cleanly(number: signal.Signals) -> None:
    async with serving() as served:
        await served.environment()
        await served.until("others: ")
        assert served.process.stdin is not None
        served.process.stdin.close()  # the end of a pipe is not the end of the program
        served.process.send_signal(number)
        assert await served.ended() == 0
    assert "Traceback" not in served.text


async def test_lines_from_a_plain_file(write: Callable[[str], Path], tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("who\nquit")
    with lines.open() as stdin:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "discord_emulator",
            write(SMALL),
            cwd=ROOT,
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert b"Book club: #general, #Lounge" in output


def free_ports() -> tuple[int, int]:
    """A port, and another whose successor is free too, at this moment."""
    while True:
        with socket.socket() as one, socket.socket() as two, socket.socket() as three:
            one.bind(("127.0.0.1", 0))
            two.bind(("127.0.0.1", 0))
            try:
                three.bind(("127.0.0.1", two.getsockname()[1] + 1))
            except OSError:
                continue
            return one.getsockname()[1], two.getsockname()[1]


async def test_fixed_ports_and_ports_in_use(write: Callable[[str], Path]) -> None:
    port, voice_port = free_ports()
    path = write(SMALL)
    async with serving(path, "--port", str(port), "--voice-port", str(voice_port)) as served:
        environment = await served.environment()
        assert environment["DISCORD_API_BASE"] == f"http://127.0.0.1:{port}/api/v10"
        assert f"wss://127.0.0.1:{voice_port} " in served.text
        for arguments, taken in ((["--port", str(port)], port), (["--voice-port", str(voice_port)], voice_port)):
            async with serving(path, *arguments) as second:
                assert await second.ended() == 2
            assert second.text == f"cannot listen on 127.0.0.1:{taken}: address already in use\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such.yaml"], "no-such.yaml: cannot be read: no such file or directory"),
        (["--fault", "rest.fail statu=5"], "rest.fail takes no 'statu'; it takes: status"),
        (["--fault", "voice.close application=Nobody"], "application must be the name or id of an application"),
        (["--faults", "no-such.yaml"], "no-such.yaml: cannot be read"),
        (["--log-file", "no-such-folder/log"], "no-such-folder"),
    ],
)
def test_bad_arguments_are_one_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--port", "x"], ["--seed", "x"], ["--nonsense"]])
def test_arguments_that_cannot_be(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("guilds: [", ":1: is not valid YAML: "),
        ("[" * 20_000, ":1: holds too much to be meant"),
        ("a: &x [1]\nb: *x", ":1: anchors and aliases are not allowed"),
        ("a: !!python/object:os.system x", ":1: tags are not allowed"),
        ("a: 1\na: 2", ":2: a: is written twice, first on line 1"),
        ("\x00", ": is not valid YAML: "),
        ("? [a]\n: b", ":1: has a key that is no word"),
        ("", "applications: is missing"),
        ("just words", "must be a section"),
        (SMALL + "guild: []", ':9: guild: is no key here; did you mean "guilds"?'),
        (SMALL + "settings: {rate_limit: true}", 'settings.rate_limit: is no key here; did you mean "rate_limits"?'),
        (SMALL + "settings: {heartbeat_interval: soon}", ":9: settings.heartbeat_interval: "),
        (SMALL + "settings: {session_lifetime: -1}", "settings.session_lifetime: must not be negative"),
        (SMALL + "faults: [rest.fial]", ":9: faults[1]: there is no fault 'rest.fial'; there are: rest.delay"),
        (SMALL + "story: [{at: soon, do: quit}]", "story[1].at: must be a duration"),
        (
            having("{name: Ben}", "{name: ada}"),
            ":8: guilds[1].members[2]: there is a member of this",
        ),
        (having("{name: Ben}", "{name: Owner}"), "there is a member of this name already: Owner"),
        (
            having("{name: Ben}", "{name: Ben, roles: [Host]}"),
            "roles[1]: there is no role 'Host'; there are: none",
        ),
        (having("{name: Ben}", "{name: 12}"), "members[2].name: must be text"),
        (having("[{name: Spaces, ", "[{name: Other, "), "there is no application 'Other'; there are: Spaces"),
        (
            having("send_messages", "send_massages"),
            "there is no permission 'send_massages'; there are: create_",
        ),
        (
            having("{name: general}", "{name: general, deny: {Nobody: [connect]}}"),
            "there is no role or member 'Nobody'",
        ),
        (having("{name: general}", "{name: general, channels: [{name: x}]}"), "only a category holds channels"),
        (having("type: stage", "type: forum"), "type: must be 'text', 'voice', 'stage' or 'category'"),
        (
            having("- name: Book club", "- name: Book club\n    community: false"),
            "stages need a Community server",
        ),
        (having("token: local-test-token-of-a-bot", "token: short"), "applications[1].token: "),
        (
            having("name: Spaces\n", "name: Spaces\n    privileged_intents: [guilds]\n"),
            "'guilds' is no privileged intent",
        ),
    ],
)
def test_bad_files_name_line_and_key(write: Callable[[str], Path], text: str, words: str) -> None:
    path = write(text)
    with pytest.raises(BadFile) as error:
        load(path)
    assert words in str(error.value)
    assert all(line.startswith(str(path)) for line in str(error.value).splitlines())


def test_a_file_of_faults(write: Callable[[str], Path]) -> None:
    assert load_plans(write("- rest.fail status=503\n- gateway.drop every=30s\n")) == [
        "rest.fail status=503",
        "gateway.drop every=30s",
    ]
    for text, words in (("- rest.fial", ":1: [1]: there is no fault"), ("rest.fail", "must be a list of faults")):
        with pytest.raises(BadFile) as error:
            load_plans(write(text))
        assert words in str(error.value)


def test_the_example_uses_the_settings(write: Callable[[str], Path]) -> None:
    assert [guild.name for guild in load(EXAMPLE).guilds] == ["Book club"]
    assert settings_of(load(write(SMALL + "settings: {identify_window: 0}"))).identify_window == 0
