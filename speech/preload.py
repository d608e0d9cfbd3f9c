"""Imported by the fork server alone, so that every worker is forked with the model already in memory.

The one module that does something on import: importing is all that a fork server can be asked to do. What fails
here fails again in a worker's first job, where it is reported.
"""

from __future__ import annotations

import contextlib

from speech.worker import load

with contextlib.suppress(Exception):
    load()
