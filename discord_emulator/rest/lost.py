"""What to tell a client whose address leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from discord_emulator.errors import ApiError

from .routing import Route

_PARAMETER = re.compile(r"\{(\w+)\}")
_SNOWFLAKE = re.compile(r"[0-9]{1,20}")
_VERSIONED = re.compile(r"/api(/v[^/]*)?(/.*)?")


class Signposts:
    """Knows the shape of every route, whatever its parameters."""

    def __init__(self, routes: Iterable[Route], prefix: str) -> None:
        self._prefix = prefix
        self._shapes = [(route, re.compile(_PARAMETER.sub(r"(?P<\1>[^/]+)", route.template))) for route in routes]

    def explain(self, method: str, path: str) -> ApiError:
        """Why there is no ``method path``: 50041 for another version of the API, 50035 for a parameter that is no id,
        405 for a path that takes other methods, otherwise 404.
        """
        if not f"{path}/".startswith(f"{self._prefix}/") and _VERSIONED.fullmatch(path):
            return ApiError(400, 50041, "Invalid API version provided.")
        takes_others = False
        for route, shape in self._shapes:
            match = shape.fullmatch(path.removeprefix(self._prefix))
            if match is None:
                continue
            wrong = [(name, text) for name, text in match.groupdict().items() if _is_no_id(name, text)]
            if route.method == method and wrong:
                name, text = wrong[0]
                fault = {"code": "NUMBER_TYPE_COERCE", "message": f'Value "{text[:100]}" is not snowflake.'}
                return ApiError(400, 50035, "Invalid Form Body", {name: {"_errors": [fault]}})
            takes_others = takes_others or not wrong
        return ApiError(405, 0, "405: Method Not Allowed") if takes_others else ApiError(404, 0, "404: Not Found")


def _is_no_id(name: str, text: str) -> bool:
    return name.endswith("_id") and _SNOWFLAKE.fullmatch(text) is None
