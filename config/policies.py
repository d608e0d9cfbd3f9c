"""The rules that hold now, server by server."""

from __future__ import annotations

from config.schema import Settings
from spaces.policy import ServerPolicy


class Policies:
    """A ``spaces.policy.PolicySource`` over the settings. Services keep it; a reload swaps what it answers from."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._policies: dict[int, ServerPolicy] = {}

    @property
    def settings(self) -> Settings:
        """The settings that hold now."""
        return self._settings

    def swap(self, settings: Settings) -> None:
        """From now on these settings hold. Spaces that are open keep what they began with."""
        self._settings = settings
        self._policies = {}

    def for_server(self, guild_id: int) -> ServerPolicy:
        """The rules of that server."""
        policy = self._policies.get(guild_id)
        if policy is None:
            policy = self._policies[guild_id] = self._settings.policy_for(guild_id)
        return policy
