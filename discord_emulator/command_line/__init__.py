"""``python -m discord_emulator``: a local Discord to point bots at, from a YAML file and the keyboard."""
