"""What the bot does with every fault of Discord: the real process on a local Discord that is broken on purpose."""
