"""What the local Discord answers when it refuses a call.

Codes and messages: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class ApiError(Exception):
    """A refusal that becomes an HTTP answer ``{"code", "message", "errors"?}``.

    ``status`` is the HTTP status, ``code`` Discord's JSON error code, ``errors`` the nested form-error object of
    code 50035.
    """

    status: int
    code: int
    message: str
    errors: dict[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


@dataclass(slots=True)
class FormErrors:
    """Collects every fault of a request body, as Discord reports all of them at once (code 50035)."""

    faults: list[tuple[tuple[str | int, ...], str, str]] = field(default_factory=list)

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Notes a fault at ``path`` (keys and indices from the body's root), e.g. ``("embeds", 0, "title")``."""
        self.faults.append((path, code, message))

    def raise_if_any(self) -> None:
        """Raises :class:`ApiError` 50035 that holds all faults; does nothing without faults."""
        if self.faults:
            raise ApiError(400, 50035, "Invalid Form Body", self.tree())

    def tree(self) -> dict[str, Any]:
        """The nested ``errors`` object: keys of the path, then ``_errors`` with code and message.

        What is wrong as a whole has no faults inside: the description of ``errors`` has no place for both.
        """
        root: dict[str, Any] = {}
        whole = {path for path, _, _ in self.faults}
        for path, code, message in self.faults:
            if any(path[:length] in whole for length in range(1, len(path))):
                continue
            node = root
            for part in path:
                node = node.setdefault(str(part), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return root


def unknown(what: str, code: int) -> ApiError:
    """404 for a thing that is not there, e.g. ``unknown("Channel", 10003)``."""
    return ApiError(404, code, f"Unknown {what}")


def missing_permissions() -> ApiError:
    """403 code 50013."""
    return ApiError(403, 50013, "Missing Permissions")


def missing_access() -> ApiError:
    """403 code 50001."""
    return ApiError(403, 50001, "Missing Access")
