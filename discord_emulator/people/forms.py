"""How a client fills selects and forms, and what it does not let a person send."""

from __future__ import annotations

from typing import Any

from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.guild import Role
from discord_emulator.model.members import Member
from discord_emulator.model.messages import ComponentType

from .replies import Field, Modal
from .resolved import Resolved

_TEXT_MAXIMUM = 4000
_ACCEPTED: dict[int, tuple[type, ...]] = {
    ComponentType.USER_SELECT: (Member,),
    ComponentType.ROLE_SELECT: (Role,),
    ComponentType.MENTIONABLE_SELECT: (Member, Role),
    ComponentType.CHANNEL_SELECT: (Channel,),
}


def chosen(component: dict[str, Any], wanted: list[Any], resolved: Resolved, *, required: bool = True) -> list[str]:
    """The values of a select for what a person picks by label, value or thing; raises :class:`EmulatorError`."""
    least, most = _bound(component, "min_values", 1), _bound(component, "max_values", 1)
    if not required:
        least = 0 if not wanted else least
    if not least <= len(wanted) <= most:
        raise EmulatorError(f"{_name(component)}: choose {least} to {most}, not {len(wanted)}")
    if component["type"] == ComponentType.STRING_SELECT:
        return [option_value(component, each) for each in wanted]
    for each in wanted:
        if not isinstance(each, _ACCEPTED[component["type"]]):
            raise EmulatorError(f"{_name(component)}: {each!r} is not what this list offers")
        kinds = component.get("channel_types")
        if isinstance(each, Channel) and kinds and each.type not in kinds:
            raise EmulatorError(f"{_name(component)}: {each!r} is of another type than {kinds}")
    return [resolved.add_any(each) for each in wanted]


def option_value(component: dict[str, Any], wanted: str) -> str:
    """The value of the option with this label or value; raises :class:`EmulatorError` with the labels there are."""
    for option in component.get("options", []):
        if wanted in (option["label"], option["value"]):
            return option["value"]
    shown = ", ".join(option["label"] for option in component.get("options", []))
    raise EmulatorError(f"{_name(component)}: no option {wanted!r}; there are: {shown}")


def _bound(component: dict[str, Any], key: str, default: int) -> int:
    """A limit that may be missing or null."""
    value = component.get(key)
    return default if value is None else value


def _name(component: dict[str, Any]) -> str:
    return component.get("label") or component.get("placeholder") or component["custom_id"]


def submitted(modal: Modal, answers: dict[str, Any], resolved: Resolved) -> list[dict[str, Any]]:
    """The ``components`` of a modal submit, for answers by label.

    Raises :class:`EmulatorError` for an unknown label, an empty required input, a text or choice that does not fit.
    """
    fields = modal.fields
    for label in answers:
        if label not in fields:
            raise EmulatorError(f"the form has no {label!r}; it has: {', '.join(fields)}")
    parts: list[dict[str, Any]] = []
    for part in modal.data["components"]:
        if part["type"] == ComponentType.TEXT_DISPLAY:
            parts.append({"type": part["type"], "id": part.get("id") or len(parts) + 1})
            continue
        inner = [
            _answer(field, answers.get(field.label), resolved)
            for field in fields.values()
            if field.component in (part.get("component"), *part.get("components", []))
        ]
        body: dict[str, Any] = {"type": part["type"], "id": part.get("id") or len(parts) + 1}
        parts.append(body | ({"component": inner[0]} if "component" in part else {"components": inner}))
    return parts


def _answer(field: Field, given: Any, resolved: Resolved) -> dict[str, Any]:
    component = field.component
    body: dict[str, Any] = {
        "type": component["type"],
        "id": component.get("id") or 1,
        "custom_id": component["custom_id"],
    }
    required = component.get("required", component["type"] != ComponentType.CHECKBOX)
    match component["type"]:
        case ComponentType.TEXT_INPUT:
            return body | {"value": _text(field, given, required)}
        case ComponentType.CHECKBOX:
            value = component.get("default", False) if given is None else given
            if not isinstance(value, bool):
                raise EmulatorError(f"{field.label!r} is ticked with True or False, not {given!r}")
            return body | {"value": value}
        case ComponentType.RADIO_GROUP:
            return body | {"value": _radio(field, given, required)}
        case ComponentType.CHECKBOX_GROUP:
            return body | {"values": _ticked(field, given, required)}
        case ComponentType.FILE_UPLOAD:
            return body | {"values": _files(field, given or {}, required, resolved)}
        case _:
            wanted = field.preselected if given is None else _as_list(given)
            if required and not wanted and _bound(component, "min_values", 1):
                raise EmulatorError(f"{field.label!r} is required")
            return body | {"values": chosen(component, wanted, resolved, required=required)}


def _files(field: Field, given: dict[str, bytes], required: bool, resolved: Resolved) -> list[str]:
    if not isinstance(given, dict):
        raise EmulatorError(f"{field.label!r} takes files as {{name: bytes}}, not {given!r}")
    least, most = _bound(field.component, "min_values", 1), _bound(field.component, "max_values", 1)
    if (required or given) and not least <= len(given) <= most:
        raise EmulatorError(f"{field.label!r} takes {least} to {most} files, not {len(given)}")
    return [resolved.add_file(name, content) for name, content in given.items()]


def _text(field: Field, given: Any, required: bool) -> str:
    component = field.component
    text = str(component.get("value") or "") if given is None else str(given)
    if not text:
        if required:
            raise EmulatorError(f"{field.label!r} is required")
        return text
    least, most = _bound(component, "min_length", 0), _bound(component, "max_length", _TEXT_MAXIMUM)
    if not least <= len(text) <= most:
        raise EmulatorError(f"{field.label!r} takes {least} to {most} characters, not {len(text)}")
    return text


def _radio(field: Field, given: Any, required: bool) -> str | None:
    if given is None:
        if field.preselected:
            return field.preselected[0]
        if required:
            raise EmulatorError(f"{field.label!r} is required")
        return None
    return option_value(field.component, given)


def _ticked(field: Field, given: Any, required: bool) -> list[str]:
    wanted = field.preselected if given is None else [option_value(field.component, each) for each in _as_list(given)]
    least = _bound(field.component, "min_values", 1 if required else 0)
    most = _bound(field.component, "max_values", len(field.options))
    if (required or wanted) and not least <= len(wanted) <= most:
        raise EmulatorError(f"{field.label!r}: tick {least} to {most}, not {len(wanted)}")
    return wanted


def _as_list(given: Any) -> list[Any]:
    return list(given) if isinstance(given, (list, tuple, set)) else [given]
