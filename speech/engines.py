"""The speech engines that can be named in the configuration. A new engine is a file and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from spaces.errors import SpeechError
from spaces.ports import SpeechEngine
from speech.options import EngineOptions
from speech.pocketsphinx_engine import PocketSphinxEngine

EngineFactory = Callable[[EngineOptions], SpeechEngine]

ENGINES: Mapping[str, EngineFactory] = {
    "pocketsphinx": PocketSphinxEngine,
}


def create_engine(name: str, options: EngineOptions | None = None) -> SpeechEngine:
    """The engine called ``name``, not yet started. Raises :class:`SpeechError` for a name that is not registered."""
    factory = ENGINES.get(name)
    if factory is None:
        raise SpeechError(f"There is no speech engine called {name!r}. Choose one of: {', '.join(sorted(ENGINES))}.")
    return factory(options or EngineOptions())
