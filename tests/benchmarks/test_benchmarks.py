"""Benchmarks are no tests, but they have to run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import __main__, emulator, emulator_voice
from benchmarks.table import Row, Table


def test_every_benchmark_is_found_by_its_name() -> None:
    found = __main__.find()
    assert {"emulator", "emulator_voice", "storage", "voice_receive"} <= found.keys()
    assert not {"table", "raw_bot"} & found.keys()


def test_a_table_is_shown_and_kept(tmp_path: Path) -> None:
    table = Table("speed", [Row("trip", 0.4567, "ms", "≤ 0.5"), Row("trips", 2345.6, "a second")], ["Median of 3."])
    assert table.text().splitlines()[2].split() == ["trip", "0.457", "ms", "≤", "0.5"]
    table.save(tmp_path)
    assert "| trips | 2,346 | a second |  |" in (tmp_path / "speed.md").read_text(encoding="utf-8")
    kept = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert kept["rows"][0] == {"what": "trip", "value": 0.4567, "unit": "ms", "target": "≤ 0.5"}
    assert kept["machine"]["cores"]


def test_the_voice_benchmark_hears_every_packet() -> None:
    values = {row.what: row.value for row in emulator_voice.run(emulator_voice.Load(0.2, people=3, speakers=2)).rows}
    assert (values["packets received"], values["speakers heard"]) == (30, 2)


def test_the_emulators_benchmark_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in (("STARTS", 1), ("ROUNDS", 1), ("TRIPS", 80)):
        monkeypatch.setattr(emulator, name, few)
    values = {row.what: row.value for row in emulator.run().rows}
    assert values["slash round trip"] > 0
    assert values["slash round trips"] == pytest.approx(1000 / values["slash round trip"])
