"""Tells Discord about the slash commands, but only when they have changed: it counts how often it is told."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

from discord import app_commands

from spaces.stores import KeyValueStore

_log = logging.getLogger(__name__)


async def sync_if_changed(tree: app_commands.CommandTree[Any], facts: KeyValueStore, application_id: int) -> bool:
    """Syncs the global commands if their hash is not the one stored for this application; tells whether it did."""
    payload = [command.to_dict(tree) for command in tree.get_commands()]
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    key = f"commands of {application_id}"
    if await facts.get(key) == digest:
        return False
    await tree.sync()
    await facts.set(key, digest)
    _log.info("told Discord about %d commands", len(payload))
    return True
