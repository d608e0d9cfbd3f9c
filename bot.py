"""Spaces for Discord: ``python bot.py run`` (or nothing) starts the bot, ``check`` reads the configuration."""

import os
import sys

if __name__ == "__main__":  # worker processes import this file too, and need nothing of it
    from app.command_line import main

    sys.exit(main(sys.argv[1:], os.environ))
