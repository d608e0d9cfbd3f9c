"""What a person can be told to do: ``ada join Lounge``, ``ada press "Raise hand"``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.messages import SELECTS, ComponentType, Message
from discord_emulator.people import offers
from discord_emulator.people.person import Person
from discord_emulator.people.replies import Modal, Reply
from discord_emulator.voice import OggError

from . import words

_SHOWN_MESSAGES = 10
_DONE = "done"
Deed = Callable[[Person, str], Awaitable[str]]

SENTENCES = """\
<person> join <channel> | leave | mute | unmute | raise-hand | lower-hand | accept | decline | step-up | step-down
<person> say [#channel] <text>
<person> /<command> [option=value …]
<person> press <button> | choose <list> <option …> | submit [label=value …] | react <emoji>
<person> use <command of a context menu> on <person> | use <command of a context menu> on message
<person> speak <file.ogg>
<person> read [#channel] | commands"""


class Deeds:
    """Does what people are told, and says what they then see."""

    def __init__(self) -> None:
        self._open_forms: dict[int, Modal] = {}
        self._verbs: dict[str, Deed] = {
            "join": self._join,
            "say": self._say,
            "press": self._press,
            "choose": self._choose,
            "submit": self._submit,
            "use": self._use,
            "react": self._react,
            "speak": self._speak,
            "read": self._read,
            "commands": self._commands,
            "leave": _plain(Person.leave),
            "mute": _plain(Person.mute),
            "unmute": _plain(Person.unmute),
            "raise-hand": _plain(Person.raise_hand),
            "lower-hand": _plain(Person.lower_hand),
            "accept": _plain(Person.accept_invitation),
            "decline": _plain(Person.decline_invitation),
            "step-up": _plain(Person.step_up),
            "step-down": _plain(Person.step_down),
        }

    async def do(self, person: Person, text: str) -> str:
        """Does what ``text`` says; raises :class:`EmulatorError` for what a client would not let them do."""
        if text.startswith("/"):
            return await self._run(person, text[1:])
        verb, _, rest = text.strip().partition(" ")
        if verb not in self._verbs:
            raise EmulatorError(f"{person.name} cannot {verb!r}; they can: /command, {', '.join(self._verbs)}")
        return await self._verbs[verb](person, rest.strip())

    async def _join(self, person: Person, rest: str) -> str:
        await person.join(words.channel(person.guild, " ".join(words.split(rest))))
        return _DONE

    async def _say(self, person: Person, rest: str) -> str:
        first, _, text = rest.partition(" ")
        if first.startswith("#"):
            await person.post(words.channel(person.guild, first), text)
        else:
            await person.post(person.here, rest)
        return _DONE

    async def _run(self, person: Person, rest: str) -> str:
        typed = words.split(rest)
        name = [word for word in typed if "=" not in word]
        given = words.pairs(word for word in typed if "=" in word)
        offered = offers.find(person.world, person, person.here, offers.SLASH, " ".join(name))
        values: dict[str, Any] = {
            key: words.option_value(person.guild, offered.declared, key, value) for key, value in given.items()
        }
        return self._seen(person, await person.run(offered.name, **values))

    async def _press(self, person: Person, rest: str) -> str:
        label = " ".join(words.split(rest))
        message = _newest_with(person, label, frozenset({ComponentType.BUTTON}))
        return self._seen(person, await person.press(message, label))

    async def _choose(self, person: Person, rest: str) -> str:
        select, *picks = words.split(rest) or [""]
        message = _newest_with(person, select, SELECTS)
        kind = message.find_component(select, SELECTS)["type"]
        chosen = [_picked(person, kind, pick) for pick in picks]
        return self._seen(person, await person.choose(message, select, *chosen))

    async def _submit(self, person: Person, rest: str) -> str:
        form = self._open_forms.pop(person.id, None)
        if form is None:
            raise EmulatorError(f"{person.name} has no form open")
        answers: dict[str, Any] = {}
        for label, value in words.pairs(words.split(rest)).items():
            kind = form.fields[label].type if label in form.fields else ComponentType.TEXT_INPUT
            answers[label] = _picked(person, kind, value)
        return self._seen(person, await person.submit(form, answers))

    async def _use(self, person: Person, rest: str) -> str:
        typed = words.split(rest)
        if len(typed) < 3 or typed[-2] != "on":
            raise EmulatorError("use <command> on <person>, or: use <command> on message")
        command, target = " ".join(typed[:-2]), typed[-1]
        if target == "message":
            reply = await person.use_on_message(command, _newest(person))
        else:
            reply = await person.use_on_user(command, words.member(person.guild, target))
        return self._seen(person, reply)

    async def _react(self, person: Person, rest: str) -> str:
        await person.react(_newest(person), rest)
        return _DONE

    async def _speak(self, person: Person, rest: str) -> str:
        path = Path(" ".join(words.split(rest)))
        try:
            spoken = await person.speak(path)
        except (OSError, OggError) as error:
            raise EmulatorError(f"{path} cannot be played: {error}") from error
        return f"{person.name} spoke for {spoken.seconds:.1f} s"

    async def _read(self, person: Person, rest: str) -> str:
        channel = words.channel(person.guild, rest) if rest else person.here
        shown = person.messages(channel)[-_SHOWN_MESSAGES:]
        return "\n".join(_told(message) for message in shown) or f"{person.name} sees nothing in #{channel.name}"

    async def _commands(self, person: Person, rest: str) -> str:
        return "\n".join(f"/{name}" for name in person.commands()) or f"{person.name} is offered no commands"

    def _seen(self, person: Person, reply: Reply) -> str:
        if reply.modal is not None:
            self._open_forms[person.id] = reply.modal
            labels = ", ".join(f'"{label}"' for label in reply.modal.fields)
            return f'{person.name} sees a form, "{reply.modal.title}": {labels}'
        if reply.message is None or reply.silent:
            return f"{person.name}: {reply.text or 'nothing to see'}"
        alone = f"(only {person.name} sees this) " if reply.ephemeral else ""
        return f"{alone}{_told(reply.message)}"


def _plain(deed: Callable[[Person], Awaitable[None]]) -> Deed:
    async def do(person: Person, rest: str) -> str:
        if rest:
            raise EmulatorError(f"{rest!r} means nothing here")
        await deed(person)
        return _DONE

    return do


def _visible(person: Person) -> list[Message]:
    """What they can see anywhere in the server, newest first."""
    places = (*person.guild.channels.values(), *person.guild.threads.values())
    found = [message for channel in places for message in person.messages(channel)]
    return sorted(found, key=lambda message: message.id, reverse=True)


def _newest(person: Person) -> Message:
    messages = person.messages(person.here)
    if not messages:
        raise EmulatorError(f"{person.name} sees no message in #{person.here.name}")
    return messages[-1]


def _newest_with(person: Person, name: str, types: frozenset[int]) -> Message:
    for message in _visible(person):
        try:
            message.find_component(name, types)
        except EmulatorError:
            continue
        return message
    raise EmulatorError(f"{person.name} sees no {name!r} anywhere")


def _picked(person: Person, kind: int, text: str) -> Any:
    match kind:
        case ComponentType.USER_SELECT:
            return words.member(person.guild, text)
        case ComponentType.ROLE_SELECT:
            return words.role(person.guild, text)
        case ComponentType.MENTIONABLE_SELECT:
            return words.member_or_role(person.guild, text)
        case ComponentType.CHANNEL_SELECT:
            return words.channel(person.guild, text)
        case ComponentType.CHECKBOX:
            return text.casefold() in ("true", "yes", "on")
        case _:
            return text


def _told(message: Message) -> str:
    buttons = "".join(f" [{label}]" for label in message.buttons)
    text = message.text.replace("\n", "\n    ")
    return f"{message.author.name}: {text}{buttons}"
