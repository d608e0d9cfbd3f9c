"""Breaks the local Discord as Discord breaks: seeded, logged, and again in the same way. See ``../README.md``."""

from .catalogue import CATALOGUE
from .everything import Faults
from .handle import Fault
from .log import Entry, FaultLog
from .plans import Plan, PlanError

__all__ = ["CATALOGUE", "Entry", "Fault", "FaultLog", "Faults", "Plan", "PlanError"]
