"""Faults as text, their log, and runs that are repeated."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from discord_emulator import ApiError, Emulator
from discord_emulator.faults import CATALOGUE, Entry, Plan, PlanError
from tests.discord_emulator.conftest import Stand


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("rest.fail status=503 share=0.2", Plan("rest.fail", {"status": "503", "share": "0.2"})),
        ("gateway.drop every=30s at=1m", Plan("gateway.drop", {}, 60, 30)),
        ("outage for=250ms", Plan("outage", {}, 0, None, 0.25)),
        ('guild_outage guild="Book club" at=2 for=1h', Plan("guild_outage", {"guild": "Book club"}, 2, None, 3600)),
    ],
)
def test_plans_are_read_and_written(text: str, plan: Plan) -> None:
    assert Plan.parse(text) == plan
    assert Plan.parse(str(plan)) == plan


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no fault"),
        ("rest.fial", "there is no fault 'rest.fial'; there are: rest.delay, rest.limit"),
        ("rest.fail stauts=503", "rest.fail takes no 'stauts'; it takes: status, takes_effect, method, route"),
        ("rest.fail status", "'status' is no key=value"),
        ("rest.fail share=1 share=0", "share is given twice"),
        ("rest.delay", "rest.delay needs seconds=a duration such as 250ms"),
        ("gateway.drop for=3s", "happens at once and takes no for"),
        ("gateway.drop every=0", "every must be longer than 0s"),
        ("gateway.drop at=soon", "at must be a duration such as 250ms, 10s or 2m, not 'soon'"),
        ('rest.refuse error="404', "no closing quotation"),
    ],
)
def test_bad_plans_name_what_is_allowed(text: str, words: str) -> None:
    with pytest.raises(PlanError) as error:
        Plan.parse(text)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rest.fail share=1.5", "share must be a number from 0 to 1, not '1.5'"),
        ("rest.fail share=nan", "share must be a number from 0 to 1"),
        ("rest.fail status=404", "status must be a whole number from 500 to 599"),
        ("rest.fail times=0", "times must be a whole number from 1 to"),
        ("rest.fail method=LOOK", "method must be GET, POST, PUT, PATCH or DELETE"),
        ("rest.fail takes_effect=maybe", "takes_effect must be true or false"),
        ("rest.limit scope=mine", "scope must be user, global, shared or cloudflare"),
        ("rest.refuse error=no", "error must be a status, Discord's code and its words"),
        ("gateway.drop application=Nobody", "application must be the name or id of an application"),
        ("guild_outage guild=Nowhere", "guild must be the name or id of a server"),
        ("voice.close code=12", "code must be one of 1000, 1001, 4001"),
        ("gateway.close code=12", "code must be a whole number from 1000 to 4999"),
    ],
)
async def test_bad_values_name_what_is_allowed(stand: Stand, text: str, words: str) -> None:
    with pytest.raises(PlanError) as error:
        stand.discord.faults.plan("outage", text)
    assert words in str(error.value)
    assert len(stand.discord.faults.log) == 0


async def test_every_fault_can_be_planned(stand: Stand) -> None:
    words = {
        "seconds": "1s",
        "error": '"404/10003 Unknown Channel"',
    }
    for name, declaration in CATALOGUE.items():
        given = " ".join(f"{key}={words[key]}" for key in declaration.required)
        stand.discord.faults.plan(f"{name} {given}")
        assert declaration.summary
    log = stand.discord.faults.log
    met = [entry.fault for entry in log if entry.what in {"began", "missed"}]
    assert met == list(CATALOGUE)
    assert {entry.fault.split(".")[0] for entry in log if entry.what == "missed"} == {"voice"}  # nobody is there


async def test_plans_begin_repeat_and_end(emulator: Emulator) -> None:
    emulator.faults.plan("gateway.drop every=50ms", "outage at=50ms for=100ms", "rest.delay seconds=1s at=1h")

    def seen(fault: str, what: str) -> list[Entry]:
        return [entry for entry in emulator.faults.log if (entry.fault, entry.what) == (fault, what)]

    await emulator.wait_for(lambda: seen("outage", "lifted"), 5)
    (began,), (lifted,) = seen("outage", "began"), seen("outage", "lifted")
    assert 0.05 <= began.since_start < 1
    assert lifted.since_start - began.since_start >= 0.1
    assert lifted.moment >= began.moment > 1e9
    await emulator.wait_for(lambda: len(seen("gateway.drop", "began")) >= 3, 5)
    emulator.faults.lift_all()
    drops = len(seen("gateway.drop", "began"))
    await asyncio.sleep(0.12)
    assert len(seen("gateway.drop", "began")) == drops
    assert not seen("rest.delay", "began")


async def answers(emulator: Emulator, calls: int) -> list[int]:
    statuses: list[int] = []
    async with aiohttp.ClientSession() as session:
        for _ in range(calls):
            async with session.get(f"{emulator.api_base}/gateway") as response:
                statuses.append(response.status)
    return statuses


async def test_the_same_seed_and_plan_strike_the_same_calls() -> None:
    runs: list[list[int]] = []
    for seed in (3, 3, 4):
        async with Emulator(seed=seed) as emulator:
            emulator.faults.plan(
                "rest.fail status=500 share=0.3", "rest.limit share=0.2", "rest.delay seconds=0 jitter=1ms"
            )
            runs.append(await answers(emulator, 40))
    assert runs[0] == runs[1] != runs[2]
    assert {200, 429, 500} == set(runs[0])


async def test_a_log_can_be_played_again() -> None:
    async with Emulator(seed=3) as emulator:
        faults = emulator.faults
        application = emulator.add_application("My Bot")
        faults.rest.fail(500, share=0.5)
        faults.rest.refuse(ApiError(404, 0, "None here"), times=2)
        first = await answers(emulator, 20)
        faults.gateway.drop(application)
        log = list(faults.log)
    async with Emulator(seed=3) as emulator:
        emulator.add_application("My Bot")
        plans = emulator.faults.replay(log)
        await emulator.wait_for(lambda: any(entry.fault == "rest.refuse" for entry in emulator.faults.log), 5)
        again = await answers(emulator, 20)
        await emulator.wait_for(lambda: any(entry.fault == "gateway.drop" for entry in emulator.faults.log), 5)
    assert again == first
    assert [plan.fault for plan in plans] == ["rest.fail", "rest.refuse", "gateway.drop"]
    assert [Plan.parse(str(plan)).parameters for plan in plans] == [
        {"status": "500", "share": "0.5"},
        {"error": "404/0 None here", "times": "2"},
        {"application": "My Bot"},
    ]


async def test_the_log_reads_well(emulator: Emulator) -> None:
    emulator.faults.rest.fail(503, times=1)
    await answers(emulator, 1)
    lines = str(emulator.faults.log).splitlines()
    assert [line.split(" s  ")[1] for line in lines] == [
        "began rest.fail #1 status=503 times=1",
        'struck rest.fail #1 call="GET /gateway"',
        "lifted rest.fail #1",
    ]


@pytest.mark.parametrize("share", [-0.1, 1.1])
async def test_a_share_beyond_all_is_refused(emulator: Emulator, share: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        emulator.faults.rest.cut(share=share)
