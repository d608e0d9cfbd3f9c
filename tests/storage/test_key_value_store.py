from __future__ import annotations

from tests.storage.conftest import Stores


async def test_a_value_is_kept_and_replaced(stores: Stores) -> None:
    assert await stores.key_values.get("commands") is None
    for value in ("abc", "", "ünïcode 🎙️"):
        await stores.key_values.set("commands", value)
        assert await stores.key_values.get("commands") == value
    assert await stores.key_values.get("other") is None
