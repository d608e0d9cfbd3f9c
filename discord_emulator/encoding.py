"""JSON as it goes over the wire."""

from __future__ import annotations

import json

encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""The shortest JSON text of what the emulator made itself, in which nothing holds itself. ``json.dumps`` would build
an encoder for each call."""
