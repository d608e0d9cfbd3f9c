"""Every fault by the name that plans use, with what it takes: read from the methods, so that there is one list."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any, Unpack, get_args, get_origin, get_type_hints

from .gateway import GatewayFaults
from .handle import Fault
from .kinds import Kind
from .rest import RestFaults
from .voice import VoiceFaults
from .whole import WholeFaults

_GROUPS: dict[str, type] = {"rest.": RestFaults, "gateway.": GatewayFaults, "voice.": VoiceFaults, "": WholeFaults}


@dataclass(frozen=True, slots=True)
class Declaration:
    """A fault: the kinds of its parameters by name, those that have to be given, and whether it ``stands``."""

    name: str
    summary: str
    kinds: dict[str, Kind]
    required: list[str]
    stands: bool

    def bound_to(self, faults: WholeFaults) -> Callable[..., object]:
        """The method that begins it."""
        return attrgetter(self.name)(faults)


def _declare(name: str, method: Callable[..., Any]) -> Declaration:
    hints = get_type_hints(method, include_extras=True)
    stands = hints.pop("return") is Fault
    kinds: dict[str, Kind] = {}
    for parameter, hint in hints.items():
        if get_origin(hint) is Unpack:
            (shared,) = get_args(hint)
            kinds |= {key: _kind(each) for key, each in get_type_hints(shared, include_extras=True).items()}
        else:
            kinds[parameter] = _kind(hint)
    signature = inspect.signature(method)
    required = [
        each.name
        for each in signature.parameters.values()
        if each.name in kinds and each.default is inspect.Parameter.empty
    ]
    return Declaration(name, (inspect.getdoc(method) or "").split("\n", 1)[0], kinds, required, stands)


def _kind(hint: Any) -> Kind:
    """The kind in an annotation, which may be optional."""
    if get_origin(hint) is Annotated:
        return next(each for each in hint.__metadata__ if isinstance(each, Kind))
    (kind,) = (_kind(each) for each in get_args(hint) if each is not type(None))
    return kind


CATALOGUE: dict[str, Declaration] = {
    f"{prefix}{name}": _declare(f"{prefix}{name}", method)
    for prefix, group in _GROUPS.items()
    for name, method in vars(group).items()
    if inspect.isfunction(method) and not name.startswith("_")
}
