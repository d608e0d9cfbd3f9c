"""The demo's server is set up as the README asks an admin to set up theirs."""

from __future__ import annotations

from config.loader import load_settings
from demo.evening import BOT_PERMISSIONS, CONFIG
from spaces.rules import NameOrId
from stage.rooms import NEEDED


def test_the_configuration_of_the_demo_is_valid() -> None:
    settings = load_settings(CONFIG)
    assert settings.spaces.category == NameOrId("Spaces")
    assert settings.moderation.roles == [NameOrId("Moderators")]
    assert settings.moderation.reports_channel == NameOrId("reports")
    assert not settings.transcripts.from_start


def test_the_bot_has_the_permissions_it_needs_and_may_attach_files() -> None:
    assert set(BOT_PERMISSIONS) == {*NEEDED, "attach_files"}
