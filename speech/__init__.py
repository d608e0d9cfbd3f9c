"""Speech to text behind :class:`spaces.ports.SpeechEngine`: a registry of engines, one file an engine."""
