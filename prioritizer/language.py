"""The words people see, in their language, through gettext."""

import gettext
import os
from contextvars import ContextVar
from pathlib import Path

DOMAIN = "prioritizer"
CATALOGUES = Path(__file__).parent / "locale"

ENGLISH = gettext.NullTranslations()  # the messages are written in English

_translations: ContextVar[gettext.NullTranslations] = ContextVar("translations")


def speak(language: str) -> None:
    """Use a language from here on, in this context only; English where a catalogue or a message is missing."""
    _translations.set(gettext.translation(DOMAIN, CATALOGUES, languages=[language], fallback=True))


def asked_for() -> str:
    """The language that the environment asks for."""
    return os.environ.get("PRIORITIZER_LANGUAGE", "en")


def _(message: str) -> str:
    """The message in the language spoken now."""
    return _translations.get(ENGLISH).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The message in the grammatical number that the count asks for."""
    return _translations.get(ENGLISH).ngettext(singular, plural, count)
