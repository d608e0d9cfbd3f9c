"""Codec ground floor: Opus through libopus, and the Ogg container around it."""
