"""What the privacy notice promises, tried from the members' side: not a word of whoever did not agree, anywhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo import script
from demo.bot_process import BotProcess
from discord_emulator import Channel, Person
from discord_emulator.voice.protocol import Op
from tests.bot.conftest import CONFIG, City
from tests.bot.evening import Evening
from tests.bot.test_words import BOTH, CAPTIONS_ONLY, captions, choose
from tests.bot.traces import Traces

pytestmark = [pytest.mark.emulator, pytest.mark.speech, pytest.mark.asyncio(loop_scope="session")]

SERVER_WIDE = {"This holds for": "This server, for 90 days"}


async def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Returns when the condition holds; for what nothing tells about, such as files and rows."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def speakers(evening: Evening, *names: str) -> tuple[Channel, list[Person]]:
    """A Space with captions on, and people on its stage who have chosen nothing."""
    stage = await evening.open(speak="everyone")
    assert "Captions are on" in (await evening.ada.run("transcript on")).text
    people = [evening.guild.add_member(name) for name in names]
    for person in people:
        await person.join(stage)
        form = await person.press(evening.panel(stage), "Raise hand")
        await person.submit(form.modal, {})
        await person.wait_for(lambda person=person: person.voice_position == "invited")
        await person.accept_invitation()
        await person.unmute()
    return stage, people


async def heard(evening: Evening, stage: Channel) -> int:
    """Packets that the bot has decrypted in this Space."""
    console = await evening.console(stage)
    found = re.search(r"([\d,]+) packets heard", console.text)
    assert found is not None, console.text
    return int(found[1].replace(",", ""))


async def started_again(city: City, config: Path = CONFIG) -> None:
    """The bot is started again after it was killed, perhaps with another YAML."""
    await city.bot.kill()
    await until(lambda: not city.discord.is_online(city.application))
    bot = BotProcess(city.application.environment(), city.data, config=config)
    city.bot.__dict__.update(bot.__dict__)
    await city.bot.start()
    await city.discord.wait_until_ready(city.application, timeout=30)


async def bot_listens(evening: Evening, stage: Channel) -> None:
    """Returns when the bot hears the stage again."""
    async with asyncio.timeout(20):
        while "packets heard" not in (await evening.console(stage)).text:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


# --- consent that comes and goes ------------------------------------------------------------------------------------


async def test_withdrawn_in_mid_sentence_while_it_is_transcribed_and_while_it_is_shown(
    evening: Evening, city: City
) -> None:
    stage, (mid, late, shown, never) = await speakers(evening, "Mid", "Late", "Shown", "Never")
    traces = Traces(city, evening)
    for person in (mid, late, shown):
        await choose(person, BOTH)

    async def stops_in_mid_sentence() -> None:
        talk = asyncio.create_task(mid.speak(script.WELCOME.path))
        await asyncio.sleep(2)
        mine = await mid.press(evening.panel(stage), "My words")
        assert "Nothing you say is written down from now on" in (await mid.press(mine, "Stop")).text
        await talk

    async def stops_once_it_is_on_disk() -> None:
        mine = await late.press(evening.panel(stage), "My words")
        talk = asyncio.create_task(late.speak(script.CALLUM_ON_HIS_NEIGHBORS.path))
        await until(lambda: traces.spooled)
        stopped = await late.press(mine, "Stop")
        before = traces.stored(late)
        await talk
        if "Remove what I said" in stopped.buttons:
            await late.press(stopped, "Remove what I said")
            before = []
        await asyncio.sleep(2.5)
        assert traces.stored(late) == before

    async def removes_before_it_is_shown() -> None:
        await shown.speak(script.BEN_ON_THE_OLD_MAN.path)
        await until(lambda: traces.stored(shown))
        mine = await shown.press(evening.panel(stage), "My words")
        assert "removed here" in (await shown.press(mine, "Remove what I said")).text

    await asyncio.gather(
        stops_in_mid_sentence(),
        stops_once_it_is_on_disk(),
        removes_before_it_is_shown(),
        never.speak(script.CALLUM_IN_CONFIDENCE.path),
    )
    await asyncio.sleep(2.5)  # longer than captions wait, so that what was removed would show by now
    assert traces.stored(mid) == traces.stored(late) == traces.stored(shown) == traces.stored(never) == []
    for words in ("reading group", "cattle", "neighbors", "old man", "station"):
        assert words not in captions(evening, stage).lower()
        assert words.encode() not in traces.kept().lower()
    for words in ("reading group", "hospital", "sister"):
        assert words not in traces.sent
        assert words not in traces.logged
    assert not traces.spooled


async def test_consent_given_late_reaches_back_to_nothing_and_no_source_inherits_it(
    evening: Evening, city: City
) -> None:
    stage, (late, never) = await speakers(evening, "Late", "Never")
    traces = Traces(city, evening)
    await asyncio.gather(late.speak(script.CALLUM_IN_CONFIDENCE.path), never.speak(script.CALLUM_ON_HIS_NEIGHBORS.path))
    assert await heard(evening, stage) == 0
    await choose(late, BOTH)

    await never.leave()  # comes back with a new source
    await never.join(stage)
    await never.run("hand raise")
    await never.wait_for(lambda: never.voice_position == "invited")
    await never.accept_invitation()
    await never.unmute()
    # the voice server says that the source of the one who agreed is now the other's
    agreed = late.own_voice
    for listener in agreed.listeners:
        listener.learn(agreed)
        listener.notify(Op.SPEAKING, {"user_id": str(never.id), "ssrc": agreed.ssrc, "speaking": 1})
        await listener.flushed()
    await asyncio.gather(never.speak(script.CALLUM_ON_HIS_NEIGHBORS.path), late.speak(script.WELCOME.path))
    assert await heard(evening, stage) == 0

    await late.leave()
    await late.join(stage)
    await late.run("hand raise")
    await late.wait_for(lambda: late.voice_position == "invited")
    await late.accept_invitation()
    await late.unmute()
    await late.speak(script.GOODBYE.path)
    await late.wait_for(lambda: "thursday" in captions(evening, stage), 15)
    assert not any(secret in traces.sent for secret in script.SECRETS)
    assert not any(secret in "".join(traces.stored(late)) for secret in script.SECRETS)
    assert traces.stored(never) == []


async def test_captions_off_and_on_again_and_an_erased_person_who_speaks_on(evening: Evening, city: City) -> None:
    stage, (gone,) = await speakers(evening, "Gone")
    traces = Traces(city, evening)
    await choose(gone, BOTH, **SERVER_WIDE)
    await evening.ada.run("transcript off")
    await gone.speak(script.CALLUM_IN_CONFIDENCE.path)
    await evening.ada.run("transcript on")
    talk = asyncio.create_task(gone.speak(script.WELCOME.path))
    await asyncio.sleep(1.5)
    done = await gone.press(await gone.run("privacy erase"), "Erase it all")
    assert done.text.startswith("Done. I erased")
    decrypted = await heard(evening, stage)
    await talk
    await evening.ada.run("transcript off")
    await evening.ada.run("transcript on")
    await gone.speak(script.CALLUM_ON_HIS_NEIGHBORS.path)
    assert decrypted > 0
    assert await heard(evening, stage) == 0
    assert traces.stored(gone) == []
    assert "reading group" not in traces.sent
    assert not any(secret in traces.sent for secret in script.SECRETS)


# --- crashes --------------------------------------------------------------------------------------------------------


def lapse(traces: Traces, person: Person, *, in_seconds: float) -> datetime:
    """Lets a choice for the whole server run out; the bot must not be running. Returns when, naive and in UTC."""
    end = (datetime.now(UTC) + timedelta(seconds=in_seconds)).replace(tzinfo=None)
    traces.change("UPDATE consents SET expires_at = ? WHERE person_id = ? AND space_id IS NULL", str(end), person.id)
    return end


async def test_what_a_crash_left_on_disk_is_heard_only_of_who_still_agrees(own_city: City, tmp_path: Path) -> None:
    evening = Evening(own_city.discord, own_city.application)
    stage, (stays, stops, lapses) = await speakers(evening, "Stays", "Stops", "Lapses")
    traces = Traces(own_city, evening)
    for person in (stays, stops, lapses):
        await choose(person, BOTH, **SERVER_WIDE)
    clips = (script.GOODBYE, script.CALLUM_IN_CONFIDENCE, script.CALLUM_ON_HIS_NEIGHBORS)
    talks = [
        asyncio.create_task(person.speak(clip.path, skip=1.5, seconds=2.5))
        for person, clip in zip((stays, stops, lapses), clips, strict=True)
    ]
    await until(lambda: len(traces.spooled) == len(talks))
    await own_city.bot.kill()
    await asyncio.gather(*talks)
    assert len(traces.spooled) == len(talks)
    assert not any(map(traces.stored, (stays, stops, lapses)))

    traces.change("UPDATE consents SET choice = 'neither' WHERE person_id = ?", stops.id)
    lapse(traces, lapses, in_seconds=-60)
    await started_again(own_city)
    await bot_listens(evening, stage)
    await until(lambda: traces.stored(stays) and not traces.spooled)
    assert traces.stored(stops) == traces.stored(lapses) == []

    # the choice of the last one runs out in the middle of the Space
    await own_city.bot.kill()
    soon = lapse(traces, stays, in_seconds=4)
    await started_again(own_city)
    await bot_listens(evening, stage)
    await until(lambda: datetime.now(UTC).replace(tzinfo=None) > soon + timedelta(seconds=0.3))
    before, kept = await heard(evening, stage), traces.stored(stays)
    await stays.speak(script.WELCOME.path)
    assert await heard(evening, stage) == before
    assert traces.stored(stays) == kept
    assert "You have not chosen" in (await stays.run("transcript me")).text
    for words in ("hospital", "sister", "cattle", "australia", "reading group"):
        assert words not in traces.sent
        assert words not in traces.logged


async def test_other_readers_are_asked_for_anew_and_captions_only_do_not_outlive_a_crash(
    own_city: City, tmp_path: Path
) -> None:
    evening = Evening(own_city.discord, own_city.application)
    stage, (ben,) = await speakers(evening, "Benjamin")
    traces = Traces(own_city, evening)
    await choose(ben, CAPTIONS_ONLY)
    await ben.speak(script.BEN_ON_THE_OLD_MAN.path)
    await ben.wait_for(lambda: "station" in captions(evening, stage), 20)

    config = tmp_path / "other.yaml"
    config.write_text(f"{CONFIG.read_text()}\ntranscripts:\n  readers: the whole internet\n")
    await own_city.bot.kill()
    await started_again(own_city, config)
    await bot_listens(evening, stage)
    before = await heard(evening, stage)
    await ben.speak(script.CALLUM_IN_CONFIDENCE.path)
    assert await heard(evening, stage) == before
    mine = await ben.run("transcript me")
    assert "You have not chosen" in mine.text
    assert "Readable by the whole internet" in (await ben.press(mine, "Choose")).text

    ending = asyncio.create_task(evening.ada.run("space end"))
    await until(lambda: traces.query("SELECT 1 FROM spaces WHERE state IN ('ending', 'ended')"))
    await own_city.bot.kill()
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    await started_again(own_city, config)
    await evening.panel_says(stage, "ENDED", timeout=20)
    await until(lambda: traces.query("SELECT 1 FROM spaces WHERE state = 'ended'"))
    assert captions(evening, stage) == ""
    assert b"station" not in traces.kept().lower()
    assert traces.stored(ben) == []


# --- erasure, and the log -------------------------------------------------------------------------------------------


async def test_nothing_is_left_of_the_erased(evening: Evening, city: City) -> None:
    stage, (other,) = await speakers(evening, "Other")
    zeb = evening.guild.add_member("Zebulon Quixote")
    hosted = await evening.open("A Space of one's own", host=zeb)
    await zeb.join(hosted)
    await zeb.run("share", link="https://example.org/zebulons-link", note="zebulons note")
    await zeb.run("space end")
    await zeb.wait_for(lambda: any("ENDED" in message.text for message in zeb.messages(hosted)))
    assert any("zebulons-link" in message.text for message in other.messages(hosted))
    traces = Traces(city, evening)
    await zeb.join(stage)
    form = await zeb.press(evening.panel(stage), "Raise hand")
    await zeb.submit(form.modal, {"What I say": BOTH, **SERVER_WIDE})
    await zeb.wait_for(lambda: zeb.voice_position == "invited")
    await zeb.accept_invitation()
    await zeb.unmute()
    await zeb.speak(script.CALLUM_IN_CONFIDENCE.path)
    await zeb.run("share", link="https://example.org/zebulons-other-link", note="zebulons note")
    await zeb.run("react", gesture="Clap")
    await zeb.run("block add", person=evening.cleo)
    await zeb.wait_for(lambda: "hospital" in captions(evening, stage), 15)
    await zeb.leave()
    needles = (b"zebulon", str(zeb.id).encode(), zeb.id.to_bytes(8, "big"), zeb.id.to_bytes(8, "little"), b"hospital")
    before = traces.kept()
    assert [needle in before or needle in before.lower() for needle in needles] == [True, False, True, False, True]

    done = await zeb.press(await zeb.run("privacy erase"), "Erase it all")
    assert done.text.startswith("Done. I erased 1 line, 2 links, 1 gesture and 1 choice of yours.")
    await evening.panel_says(stage, "**On stage 1 of 13:** Other")
    after = traces.kept()
    assert not [needle for needle in needles if needle in after or needle in after.lower()]
    public = [m.text for channel in evening.guild.channels.values() for m in channel.messages.values() if m.author.bot]
    assert not [text for text in public if re.search(r"zebulon|hospital", text, re.IGNORECASE)]


async def test_the_log_at_debug_holds_no_secret_and_no_word(own_city: City, tmp_path: Path) -> None:
    config = tmp_path / "debug.yaml"
    config.write_text(f"{CONFIG.read_text()}\nlogging:\n  level: debug\n")
    await started_again(own_city, config)
    evening = Evening(own_city.discord, own_city.application)
    stage, (ben, never) = await speakers(evening, "Benvolio Unmistakable", "Never")
    await choose(ben, BOTH)
    await ben.run("share", link="https://example.org/quetzal", note="quetzal note")
    await ben.run("report", reason="pangolin reason")
    await asyncio.gather(ben.speak(script.GOODBYE.path), never.speak(script.CALLUM_IN_CONFIDENCE.path))
    await ben.wait_for(lambda: "thursday" in captions(evening, stage), 20)
    keys = [list(listener.cipher.key) for listener in ben.own_voice.listeners if listener.cipher is not None]
    await ben.run("transcript export")
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    assert await own_city.bot.stop() == 0

    log = own_city.bot.log_text()
    assert " DEBUG " in log
    secrets = [own_city.application.token, *own_city.discord.world.interactions]
    secrets += [interaction.token for interaction in own_city.discord.world.interactions.values()]
    secrets += [form for key in keys for form in (str(key)[1:-1], bytes(key).hex(), repr(bytes(key))[2:-1])]
    secrets.append((own_city.data / "spool.key").read_bytes().hex())
    assert len(keys) == 1
    assert not [secret for secret in secrets if secret and secret in log]
    words = {"thursday", "next chapter", "quetzal", "pangolin", "unmistakable", *script.SECRETS}
    assert not [word for word in words if word in log.lower()]
