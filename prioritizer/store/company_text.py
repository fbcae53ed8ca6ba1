"""A company file as readable text: cards in one line where they fit, gaps as comments where their key belongs."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from prioritizer.domain.company import Company, Group
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.records import Gap, Notice, Place
from prioritizer.language import _

WIDTH = 120
INDENT = "  "
PLAIN = re.compile(r"(1/)?[A-Za-z]([A-Za-z0-9 /_.-]*[A-Za-z0-9])?")
NOT_PLAIN = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
GROUPS_DEEP, SEGMENTS_DEEP = 2, 3


def company_text(document: Mapping[str, Any], gaps: Iterable[Gap] = (), notices: Iterable[Notice] = ()) -> str:
    """The text of a company file that may lack keys, which `strict_yaml` reads again.

    Each gap is a comment at its place, `# acquisition_cost: GAP – …`: write the number behind the key and take the sign
    away. Notices stand at the top.
    """
    by_place = {gap.place: gap for gap in gaps}
    lines = [*_heading(by_place.values(), notices), *_map(document, (), by_place)]
    return "\n".join(lines) + "\n"


def _heading(gaps: Iterable[Gap], notices: Iterable[Notice]) -> Iterator[str]:
    yield from _comment(_("From customer records, by prioritizer estimate; docs/estimate.md says what each number is."))
    if any(True for _gap in gaps):
        yield from _comment(_("GAP: the records do not say. Write it behind its key and remove the #."))
    for notice in notices:
        group = f"{notice.group}: " if notice.group else ""
        yield from _comment(f"{_('NOTE') if notice.is_warning else _('TAKEN')} – {group}{notice.text}")
    yield ""


def _comment(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        _one_line(text),
        WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}#   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _one_line(text: str) -> str:
    """Text without anything that YAML could take for the end of a line."""
    return "".join(char if char.isprintable() else " " for char in text)


def _map(content: Mapping[str, Any], place: Place, gaps: Mapping[Place, Gap]) -> Iterator[str]:
    indent = INDENT * len(place)
    for key in _in_order(content, place, gaps):
        here = (*place, key)
        if here in gaps:
            yield from _comment(_gap(key, gaps[here]), indent)
        if key in content:
            yield from _entry(key, content[key], here, gaps)
        elif any(len(other) > len(here) and other[: len(here)] == here for other in gaps):
            yield from _only_gaps(key, here, gaps, indent)


def _only_gaps(key: str, place: Place, gaps: Mapping[Place, Gap], indent: str) -> Iterator[str]:
    """A key that has nothing but gaps inside: all of it is a comment, for YAML would read it as empty."""
    yield f"{indent}# {_scalar(key)}:"
    for line in _map({}, place, gaps):
        yield f"{indent}# {INDENT}{line.lstrip().removeprefix('# ')}"


def _gap(key: str, gap: Gap) -> str:
    word = _("GAP") if gap.needed else _("GAP (optional)")
    hint = "" if gap.hint is None else "; " + _("all groups together: {hint}").format(hint=flow(gap.hint))
    return f"{_scalar(key)}: {word} – {gap.text}{hint}"


def _in_order(content: Mapping[str, Any], place: Place, gaps: Mapping[Place, Gap]) -> list[str]:
    """The keys of a place and of the gaps in it, in the order of the company file."""
    depth = len(place)
    keys = [*content, *(gap[depth] for gap in gaps if len(gap) > depth and gap[:depth] == place)]
    known = {0: list(Company.model_fields), GROUPS_DEEP: list(Group.model_fields)}.get(depth, [])
    if depth >= SEGMENTS_DEEP:
        known = [segment.value for segment in SEGMENTS]
    distinct = list(dict.fromkeys(keys))
    return sorted(distinct, key=lambda key: known.index(key) if key in known else len(known))


def _entry(key: str, value: Any, place: Place, gaps: Mapping[Place, Gap]) -> Iterator[str]:
    indent = INDENT * (len(place) - 1)
    if isinstance(value, Mapping) and "value" not in value:
        yield f"{indent}{_scalar(key)}:"
        yield from _map(value, place, gaps)
        return
    start = f"{indent}{_scalar(key)}: "
    yield from _card(start, value) if isinstance(value, Mapping) else [start + flow(value)]


def _card(start: str, card: Mapping[str, Any]) -> Iterator[str]:
    """A card in one line, or in as few as its width allows."""
    line = start + "{"
    for index, (key, value) in enumerate(card.items()):
        part = f"{key}: {flow(value)}" + ("}" if index == len(card) - 1 else ",")
        if len(line) + len(part) > WIDTH and not line.endswith("{"):
            yield line.rstrip()
            line = " " * (len(start) + 1)
        line += part + " "
    yield line.rstrip()


def flow(value: Any) -> str:
    """A value as YAML in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return _scalar(value) if isinstance(value, str) else str(value)


def _scalar(text: str) -> str:
    """Text as YAML, in quotes unless nobody could read it as anything else."""
    if PLAIN.fullmatch(text) and text.lower() not in NOT_PLAIN:
        return text
    quoted: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**9)
    return quoted.rstrip("\n")
