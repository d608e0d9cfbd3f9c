"""Runs the bot: opens what it needs, connects, and closes everything again, whatever ended it."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import discord

from app.client import SpacesBot
from app.logs import Redactor
from app.redirect import connector, point_discord_at
from app.services import Services
from config.environment import Environment
from config.policies import Policies
from config.schema import Settings
from spaces.errors import SpacesError, SpeechError
from speech.engines import create_engine
from speech.options import EngineOptions
from storage.database import Database
from voice.spool import DiskSpool, load_or_create_key

_log = logging.getLogger(__name__)

OK, FAILED, REFUSED = 0, 1, 2
SPOOL_BYTES = 512 * 1024 * 1024
"""Room on disk for sound that waits to be transcribed: at 8 kB a second, 18 hours of talk."""

LOGIN_REFUSED = "Discord refused the token in DISCORD_TOKEN. Copy it again from your application's Bot page."
SENT_AWAY = {
    4004: LOGIN_REFUSED,
    4010: "Discord refused the shard that I asked for. Start only one of me, without shards.",
    4011: "Discord wants me in shards: I am in more servers than one connection may carry (2,500). Leave some.",
    4012: "Discord no longer speaks the version of its gateway that I use. Install a newer version of me.",
    4013: "Discord refused the events that I asked for. Install a newer version of me.",
    4014: "Discord refused privileged events, none of which I need. Install the version of me as it was published.",
}
"""What is told when the gateway closes with a code after which there is no coming back.

https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
"""


def run_bot(settings: Settings, environment: Environment) -> int:
    """Runs until stopped by a signal; returns the exit status. Faults are one sentence on standard error."""
    point_discord_at(environment)
    folder = Path(settings.storage.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_run(settings, environment, folder))
    except KeyboardInterrupt:
        return FAILED
    except (SpacesError, SpeechError) as error:
        return _complain(str(error), FAILED)
    except (discord.LoginFailure, discord.PrivilegedIntentsRequired, discord.ConnectionClosed) as refusal:
        return _complain(*_refused(refusal))
    except (aiohttp.ClientError, discord.GatewayNotFound, discord.HTTPException) as error:
        _log.debug("the connection failed", exc_info=True)
        return _complain(f"I can't reach Discord: {error}. Check the network, then start me again.", FAILED)
    except OSError as error:
        return _complain(f"I can't work in {folder}: {error}. Check that I may write there.", FAILED)


async def _run(settings: Settings, environment: Environment, folder: Path) -> int:
    policies = Policies(settings)
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.storage.url)
        stack.push_async_callback(database.close)
        spool = DiskSpool(folder / "spool", load_or_create_key(folder / "spool.key"), quota_bytes=SPOOL_BYTES)
        workers = settings.transcripts.workers
        engine = create_engine(
            settings.transcripts.engine, EngineOptions(workers=workers) if workers else EngineOptions()
        )

        def services(client: discord.Client) -> Services:
            return Services(client, policies=policies, database=database, spool=spool, engine=engine)

        bot = await stack.enter_async_context(SpacesBot(connector(environment), services))
        _stop_on_signals(bot)
        await bot.start(environment.token or "")
    return OK


def _stop_on_signals(bot: SpacesBot) -> None:
    """Ctrl-C and a service manager's stop both end the bot in good order; a second one ends it at once."""
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        stopping.add(loop.create_task(bot.close(), name="stop"))
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt
            return


def _refused(refusal: discord.ClientException) -> tuple[str, int]:
    """What to say and the exit status when Discord does not want this bot, as it is, on its gateway."""
    match refusal:
        case discord.ConnectionClosed(code=code):
            sentence = f"Discord closed the connection for good (code {code}). Start me again."
            return SENT_AWAY.get(code, sentence), REFUSED if code in SENT_AWAY else FAILED
        case discord.PrivilegedIntentsRequired():
            return SENT_AWAY[4014], REFUSED
        case _:
            return LOGIN_REFUSED, REFUSED


def _complain(sentence: str, status: int) -> int:
    sys.stderr.write(f"{Redactor()(sentence)}\n")
    return status
