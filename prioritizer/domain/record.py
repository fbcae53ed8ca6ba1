"""What every record has in common, and how a record says why it refuses to exist."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from prioritizer.language import _

LONGEST_NAME = 200
LONGEST_TEXT = 10_000
REFUSED = "refused"


class Record(BaseModel):
    """A frozen record: unknown keys are refused, and it never exists in a wrong state."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

    @model_validator(mode="before")
    @classmethod
    def _null_is_not_given(cls, raw: Any) -> Any:
        """A key without a value is as good as none, where there is a default."""
        if not isinstance(raw, Mapping) or not any(value is None for value in raw.values()):
            return raw
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {key: value for key, value in raw.items() if value is not None or key not in optional}

    @classmethod
    def written_keys(cls) -> list[str]:
        """The keys that it has in a file."""
        return [field.alias or name for name, field in cls.model_fields.items()]


class PlainScalar(str):
    """Text from a file that was written without quotes, so that it may stand for a number, a flag or nothing."""


def refuse(rule: str, remedy: str, value: object = None) -> NoReturn:
    """End a validation with a complaint: the rule completes "<value> …", the remedy is an instruction."""
    shown = "" if value is None else str(value).encode("utf-8", "replace").decode()  # half a character has no UTF-8
    raise PydanticCustomError(REFUSED, "{rule}. {remedy}", {"rule": rule, "remedy": remedy, "value": shown})


def nearest(name: str, known: Iterable[str]) -> str:
    """A remedy that names the known words, the closest one first."""
    words = [str(word) for word in known]
    close = difflib.get_close_matches(str(name), words, n=1)
    if close:
        return _("Did you mean {word}?").format(word=close[0])
    if not words:
        return _("There is none to name.")
    return _("Known are: {words}.").format(words=", ".join(words) or "–")


def same_name(name: str) -> str:
    """What two names are compared by: letters of the same look and case count as equal."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _text(value: object, longest: int) -> str:
    remedy = _("Write it as text; put it in quotes if it looks like a number.")
    if value is None:
        refuse(_("the value is missing"), remedy)
    if isinstance(value, bool) or not isinstance(value, str):
        refuse(_("is not text"), remedy, value)
    given = unicodedata.normalize("NFC", str(value)).strip("\r\n")
    text = given.strip()
    if len(text) > longest:
        refuse(
            _("is {count} characters long").format(count=len(text)),
            _("Use at most {most} characters.").format(most=longest),
            text,
        )
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in given):
        refuse(_("holds control characters"), _("Remove them."), text)
    return text


def _name(value: object) -> str:
    text = _text(value, LONGEST_NAME)
    if not any(char.isprintable() and not char.isspace() for char in text):
        refuse(_("is empty"), _("Give a name."), None)
    if "\n" in text or "\t" in text:
        refuse(_("runs over more than one line"), _("Write it on one line."), text)
    return text


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, PlainScalar) and value in ("true", "false"):
        return value == "true"
    refuse(_("is neither true nor false"), _("Write true or false."), value)


def _without_blanks(value: object) -> object:
    return None if value is None or (isinstance(value, PlainScalar) and value in ("", "~", "null")) else value


Name = Annotated[str, BeforeValidator(_name)]
Text = Annotated[str, BeforeValidator(lambda value: _text(value, LONGEST_TEXT))]
Flag = Annotated[bool, BeforeValidator(_flag)]
Blank = BeforeValidator(_without_blanks)


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for name in names:
        if (key := same_name(name)) in seen:
            refuse(_("stands twice"), _("Name each one once."), name)
        seen[key] = name
    return names


DistinctNames = Annotated[tuple[Name, ...], AfterValidator(_distinct)]


def _distinct_keys(raw: object) -> object:
    """Refuse a map in which two keys are the same name, before one takes the place of the other."""
    seen: dict[str, str] = {}
    for key in raw if isinstance(raw, Mapping) else ():
        if (same := same_name(str(key))) in seen:
            rule = _("is the same name as {other}").format(other=seen[same])
            refuse(rule, _("Give each a name of its own."), key)
        seen[same] = str(key)
    return raw


DistinctKeys = BeforeValidator(_distinct_keys)
