"""``python -m discord_emulator``: serves a local Discord described in a YAML file."""

from __future__ import annotations

import sys

from discord_emulator.command_line.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
