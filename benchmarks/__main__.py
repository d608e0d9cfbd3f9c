"""``python -m benchmarks [name …]``: runs all benchmarks or those named, shows and keeps what they measured.

A benchmark is a module here with a function ``run`` that gives a :class:`benchmarks.table.Table`.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from collections.abc import Callable

import benchmarks

from .table import RESULTS, Table


def find() -> dict[str, Callable[[], Table]]:
    """Every benchmark by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module.run for name, module in modules.items() if hasattr(module, "run")}


def main() -> None:
    """Runs what the command line asks for."""
    known = find()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures what things cost.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of: {', '.join(known)} (default: all)")
    asked = parser.parse_args().names
    if unknown := sorted(set(asked) - known.keys()):
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}")
    for name in asked or known:
        table = known[name]()
        table.save()
        print(table.text(), end="\n\n", flush=True)
    print(f"Kept in {RESULTS.parent.name}/{RESULTS.name}/")


if __name__ == "__main__":
    main()
