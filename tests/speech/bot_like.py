"""A program that starts the engine as the bot does: heavy imports inside, from whatever folder it is called in.

Writes what it knows of its workers to the file ``report.json`` in the current folder, hangs one of them, and waits
to be killed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path


async def main(folder: Path) -> None:
    import aiohttp  # noqa: F401  (what a bot has loaded; its workers must not)
    import discord  # noqa: F401
    import sqlalchemy  # noqa: F401

    from speech.options import EngineOptions
    from speech.pocketsphinx_engine import PocketSphinxEngine
    from tests.speech import material, probes
    from tests.speech.waiting import until

    engine = PocketSphinxEngine(EngineOptions(workers=2))
    await engine.start()
    await engine.transcribe(material.silence(0.5))
    hanging = asyncio.create_task(engine.pool.run(probes.hang_after_writing, folder / "pid"))
    await until((folder / "pid").exists)
    idle = await engine.pool.run(probes.report)  # the other worker: one is busy for good
    probes.write_whole(
        folder / "report.json",
        json.dumps(
            {
                "hung": int((folder / "pid").read_text()),
                "idle": idle.pid,
                "parent": idle.parent,
                "modules": sorted(idle.modules),
            }
        ),
    )
    await hanging


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))  # as for a bot.py in the repository's root
    asyncio.run(main(Path.cwd()))
