"""The real bot, as a process, on the local Discord: what members see and do."""
