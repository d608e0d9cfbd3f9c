"""Names and descriptions of commands with their translations.

Rules: https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming
and https://docs.discord.com/developers/interactions/application-commands#localization
"""

from __future__ import annotations

import regex

from .form import Form

NAME_LIMIT = 32
DESCRIPTION_LIMIT = 100

LOCALES = frozenset((
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
))  # fmt: skip
"""https://docs.discord.com/developers/reference#locales"""

_INVALID_NAME = ("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
_NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")


def is_command_name(name: str) -> bool:
    """Whether ``name`` suits a slash command or an option: no spaces, no upper case."""
    return _NAME.fullmatch(name) is not None and name == name.lower()


def check_name(form: Form, *, is_free: bool, required: bool) -> str | None:
    """``name`` and ``name_localizations``; ``is_free`` for context menus, which may have spaces and capitals."""
    name = form.text("name", NAME_LIMIT, minimum=1, required=required)
    if name is not None and not is_free and not is_command_name(name):
        form.fault("name", *_INVALID_NAME)
    for locale in _check_locales(form, "name_localizations"):
        translations = Form(form.data["name_localizations"], (*form.path, "name_localizations"), form.errors)
        translation = translations.text(locale, NAME_LIMIT, minimum=1, required=True)
        if translation is not None and not is_free and not is_command_name(translation):
            translations.fault(locale, *_INVALID_NAME)
    return name


def check_description(form: Form, *, required: bool) -> None:
    """``description`` and ``description_localizations``."""
    form.text("description", DESCRIPTION_LIMIT, minimum=1, required=required)
    check_translations(form, "description_localizations", DESCRIPTION_LIMIT)


def check_translations(form: Form, key: str, limit: int) -> None:
    """Translations of at most ``limit`` characters by Discord's locales."""
    for locale in _check_locales(form, key):
        Form(form.data[key], (*form.path, key), form.errors).text(locale, limit, minimum=1, required=True)


def _check_locales(form: Form, key: str) -> list[str]:
    """The locales of a dictionary of translations, with a fault for each that Discord does not have."""
    translations = form.child(key)
    if translations is None:
        return []
    for locale in translations.data.keys() - LOCALES:
        translations.fault(locale, "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')
    return [locale for locale in translations.data if locale in LOCALES]


def longest(data: dict[str, object], key: str) -> int:
    """Characters of the longest of a text and its translations: that one counts towards a command's size."""
    translations = data.get(f"{key}_localizations")
    texts = [data.get(key), *(translations.values() if isinstance(translations, dict) else ())]
    return max(len(text) if isinstance(text, str) else 0 for text in texts)
