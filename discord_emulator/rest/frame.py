"""What surrounds every REST call: token, body, rate limits, errors, the log."""

from __future__ import annotations

import inspect
import json
import re
import time
import traceback
from typing import Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from discord_emulator.actions.uploads import Upload
from discord_emulator.errors import ApiError
from discord_emulator.model.users import Application
from discord_emulator.record import Call
from discord_emulator.validation.attachments import check_upload_sizes
from discord_emulator.world import World

from .limits import Limits, Verdict
from .routing import Answer, Request, Route

_FILE_FIELD = re.compile(r"files\[(\d+)\]")
_MAX_REASON_CHARACTERS = 512
MAX_BODY_BYTES = 25 * 1024 * 1024


class Frame:
    """Turns HTTP requests into calls of the routes' handlers, and their answers into HTTP responses."""

    def __init__(self, world: World, prefix: str) -> None:
        self.world = world
        self.limits = Limits(world.clock)
        self.planned_refusals: dict[tuple[str, str], list[ApiError]] = {}
        self._prefix = prefix

    def handler(self, route: Route) -> Any:
        """The aiohttp handler of a route."""

        async def handle(http: web.Request) -> web.Response:
            return await self._serve(http, route)

        return handle

    async def unknown(self, http: web.Request) -> web.Response:
        """Answers 404 to a path that is no route, and counts it."""
        path = http.path.removeprefix(self._prefix)
        self.world.record.unknown_routes[f"{http.method} {path}"] += 1
        self.world.record.violate("unknown route", f"{http.method} {path}")
        answer = Answer({"message": "404: Not Found", "code": 0}, 404)
        self._log(http, None, None, answer, 0.0)
        return _response(answer, {})

    async def _serve(self, http: web.Request, route: Route) -> web.Response:
        began = time.perf_counter()
        body: Any = None
        headers: dict[str, str] = {}
        try:
            application = self._authenticate(http, route)
            body, files = await read_body(http)
            verdict = self._count(http, route, application, body)
            headers = verdict.headers
            answer = _limited(verdict) if verdict.retry_after is not None else None
            if answer is None:
                self._refuse_as_planned(route)
                request = Request(
                    self.world, dict(http.match_info), dict(http.query), body, files, _checked_reason(http)
                )
                request.bot = application
                answer = await _call(route, request)
        except ApiError as error:
            self.world.record.refusal(error, f"{http.method} {http.path.removeprefix(self._prefix)}")
            answer = Answer(error.body(), error.status)
        except Exception:  # noqa: BLE001
            # A 500 would make clients retry in silence: a fault of the emulator has to be loud.
            self.world.record.violate("emulator fault", traceback.format_exc())
            answer = Answer({"message": f"emulator fault in {route.method} {route.template}", "code": 0}, 400)
        self._log(http, route, body, answer, time.perf_counter() - began)
        self.world.changes.announce()
        return _response(answer, headers)

    def _authenticate(self, http: web.Request, route: Route) -> Application | None:
        kind, _, token = http.headers.get("Authorization", "").partition(" ")
        application = self.world.application_of(token) if kind == "Bot" else None
        if route.needs_token and application is None:
            raise ApiError(401, 0, "401: Unauthorized")
        return application

    def _count(self, http: web.Request, route: Route, application: Application | None, body: Any) -> Verdict:
        if not self.world.settings.rate_limits:
            return Verdict({})
        caller = "" if application is None else application.token
        parameters = dict(http.match_info)
        verdict = self.limits.count(caller, route.method, route.template, parameters)
        renames = route.method == "PATCH" and route.template == "/channels/{channel_id}"
        if verdict.retry_after is None and renames and isinstance(body, dict) and body.keys() & {"name", "topic"}:
            channel = self.world.channels.get(int(parameters["channel_id"]))
            changes = channel is not None and any(
                key in body and body[key] != getattr(channel, key) for key in ("name", "topic")
            )
            if changes and (refused := self.limits.count_rename(caller, parameters["channel_id"])):
                return Verdict(verdict.headers | refused.headers, refused.retry_after)
        return verdict

    def _refuse_as_planned(self, route: Route) -> None:
        planned = self.planned_refusals.get((route.method, route.template))
        if planned:
            raise planned.pop(0)

    def _log(self, http: web.Request, route: Route | None, body: Any, answer: Answer, seconds: float) -> None:
        refused = answer.status >= 400 and isinstance(answer.body, dict)
        call = Call(
            http.method,
            http.path.removeprefix(self._prefix),
            None if route is None else route.template,
            answer.status,
            answer.body.get("code") if refused else None,
            body,
            answer.body,
            seconds,
            _reason(http),
            {name: http.query.getall(name) for name in http.query},
        )
        self.world.record.call(call)


async def _call(route: Route, request: Request) -> Answer:
    result = route.handler(request)
    return await result if inspect.isawaitable(result) else result


def _limited(verdict: Verdict) -> Answer:
    body = {
        "message": "You are being rate limited.",
        "code": 0,
        "retry_after": round(verdict.retry_after or 0.0, 3),
        "global": verdict.everywhere,
    }
    return Answer(body, 429)


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    """The HTTP response. ``Content-Type`` is exactly ``application/json``: a charset makes clients hand on strings."""
    if answer.status == 429:
        headers = headers | {"Via": "1.1 local", "Retry-After": str(answer.body["retry_after"])}
    if answer.status == 204:
        return web.Response(status=204, headers=headers)
    text = json.dumps(answer.body, separators=(",", ":"))
    return web.Response(
        body=text.encode(), status=answer.status, headers=headers | {"Content-Type": "application/json"}
    )


def _reason(http: web.Request) -> str | None:
    written = http.headers.get("X-Audit-Log-Reason")
    return None if written is None else unquote(written)


def _checked_reason(http: web.Request) -> str | None:
    """The reason for the audit log; raises 50035 for one that is too long.

    https://discord.com/developers/docs/resources/audit-log does not say what too long a reason does: refused here.
    """
    written = http.headers.get("X-Audit-Log-Reason", "")
    if len(written) > _MAX_REASON_CHARACTERS:
        fault = {"code": "BASE_TYPE_MAX_LENGTH", "message": f"Must be {_MAX_REASON_CHARACTERS} or fewer in length."}
        raise ApiError(400, 50035, "Invalid Form Body", {"X-Audit-Log-Reason": {"_errors": [fault]}})
    return _reason(http)


async def read_body(http: web.Request) -> tuple[Any, list[Upload]]:
    """The JSON of a request and its files; ``None`` without a body. Raises 50109 or 50035 for what is neither."""
    if http.content_type.startswith("multipart/"):
        return await _read_multipart(http)
    raw = await http.read()
    if not raw:
        return None, []
    if http.content_type != "application/json":
        fault = {"code": "CONTENT_TYPE_INVALID", "message": "Expected \"Content-Type\" 'application/json'."}
        raise ApiError(400, 50035, "Invalid Form Body", {"_misc": {"_errors": [fault]}})
    return _parse(raw), []


async def _read_multipart(http: web.Request) -> tuple[Any, list[Upload]]:
    body: Any = None
    files: list[Upload] = []
    async for part in await http.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read())
        match = _FILE_FIELD.fullmatch(part.name or "")
        if part.name == "payload_json":
            body = _parse(content)
        elif match and part.filename:
            files.append(Upload(int(match.group(1)), part.filename, content))
        else:
            raise ApiError(400, 50035, "Invalid Form Body", {part.name or "?": {"_errors": []}})
    check_upload_sizes([len(file.content) for file in files])
    return body, files


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from error
