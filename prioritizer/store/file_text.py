"""A file's words as YAML for people: short maps and lists in one line, the others a key a line."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from prioritizer.store.company_text import WIDTH
from prioritizer.store.company_text import flow as quoted
from prioritizer.store.file_words import PLAIN, Words, is_numeral, number_text

INDENT = "  "
PLAIN_KEY = re.compile(r'[0-9]+|[A-Za-z][A-Za-z0-9_]*\.[A-Za-z0-9_.*" -]*[A-Za-z0-9_*"]')  # a year, a period, a path
LONGEST_KEY = 1000  # YAML reads a longer one only behind a question mark


def file_text(words: Words) -> str:
    """The text of a file that says this, which `strict_yaml` reads as the same."""
    lines = list(_list(words, "")) if isinstance(words, list) else list(_map(words, ""))
    return "\n".join(lines) + "\n"


def initiatives_text(listed: list[Words]) -> str:
    """The text of a file with initiatives, an empty line between two."""
    return "\n".join(file_text([words]) for words in listed)


def _map(words: Mapping[str, Words], indent: str) -> Iterator[str]:
    for key, value in words.items():
        yield from _entry(_key(key), value, indent)


def _entry(key: str, value: Words, indent: str) -> Iterator[str]:
    """A key with its value, in one line where it fits."""
    start = f"{indent}? {key}\n{indent}:" if len(key) > LONGEST_KEY else f"{indent}{key}:"
    line = f"{start} {_flow(value)}"
    if _is_scalar(value):
        yield from _folded(start, value, indent) if len(line) > WIDTH and _may_be_folded(value) else [line]
    elif not value or (len(line) <= WIDTH and not _holds_maps(value)):
        yield line
    elif _reads_as_one(value):
        yield from _wrapped(f"{start} ", value)
    else:
        yield start
        block = _list if isinstance(value, list) else _map
        yield from block(value, indent + INDENT)


def _list(words: list[Words], indent: str) -> Iterator[str]:
    for value in words:
        line = f"{indent}- {_flow(value)}"
        if isinstance(value, Mapping) and value and (len(line) > WIDTH or not indent):
            first, *rest = _map(value, indent + INDENT)
            yield f"{indent}- {first.removeprefix(indent + INDENT)}"
            yield from rest
        else:
            yield line


def _holds_maps(value: Words) -> bool:
    """Whether a list has a line for each of its maps, such as levers."""
    return isinstance(value, list) and isinstance(value[0], Mapping)


def _reads_as_one(value: Words) -> bool:
    """Whether a map is one thing to read: a card, or several plain numbers by name."""
    return isinstance(value, Mapping) and ("value" in value or all(map(_is_scalar, value.values())))


def _wrapped(start: str, words: Mapping[str, Words]) -> Iterator[str]:
    """A map in braces, in as few lines as the width allows."""
    line, inside = start + "{", " " * (len(start.rpartition("\n")[2]) + 1)
    *others, last = [f"{_flow_key(key)}: {_flow(value)}" for key, value in words.items()]
    for part in [*(f"{other}," for other in others), last + "}"]:
        if len(line) + len(part) > WIDTH and not line.endswith("{"):
            yield line.rstrip()
            line = inside
        line += part + " "
    yield line.rstrip()


def _folded(start: str, text: str, indent: str) -> Iterator[str]:
    """Long text over several lines."""
    yield f"{start} >-"
    inside = indent + INDENT
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=inside, subsequent_indent=inside, break_long_words=False, break_on_hyphens=False
    )


def _may_be_folded(text: object) -> bool:
    """Whether text is the same after it was folded at its spaces."""
    return isinstance(text, str) and text.isprintable() and text == " ".join(text.split())


def _flow(words: Words) -> str:
    """Words in one line."""
    if isinstance(words, Mapping):
        if is_numeral(words):
            return str(words[PLAIN])
        return "{" + ", ".join(f"{_flow_key(key)}: {_flow(value)}" for key, value in words.items()) + "}"
    if isinstance(words, (list, tuple)):
        return "[" + ", ".join(map(_flow, words)) + "]"
    return _scalar(words)


def _is_scalar(value: Words) -> bool:
    return not isinstance(value, (Mapping, list, tuple)) or (isinstance(value, Mapping) and is_numeral(value))


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    return _month_or(value) if isinstance(value, str) else "null"


def _month_or(text: str) -> str:
    """Text, in quotes unless it can only be read as itself; months, as people write them, can."""
    year, dash, month = text.partition("-")
    if dash and len(text) == 7 and year.isascii() and year.isdigit() and month.isascii() and month.isdigit():
        return text
    return quoted(text)


def _key(key: str) -> str:
    return key if PLAIN_KEY.fullmatch(key) else quoted(key)


def _flow_key(key: str) -> str:
    return f"? {_key(key)} " if len(_key(key)) > LONGEST_KEY else _key(key)
