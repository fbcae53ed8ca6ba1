"""The evidence library as people ask for it: facts in words, searched, and found again where a text names one."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from prioritizer.domain.evidence import Fact, Finding
from prioritizer.domain.record import Record
from prioritizer.evidence import library
from prioritizer.language import _
from prioritizer.words import NOTHING, figure, rate

SHARE = "share"  # how the unit of a finding that is a fraction begins


class FactList(Record):
    """Facts of the library."""

    facts: tuple[Fact, ...]

    def table(self) -> Any:
        """The facts as a pandas data frame, one row each."""
        import pandas as pd

        rows = [
            {**dict(fact), "findings": findings_in_words(fact), "levers": "; ".join(fact.levers)} for fact in self.facts
        ]
        return pd.DataFrame(rows, columns=list(Fact.model_fields))


def facts() -> tuple[Fact, ...]:
    """Every fact of the library."""
    return tuple(library.facts().values())


def fact_of(id_: str) -> Fact | None:
    """The fact with an id; None where there is none."""
    return library.facts().get(id_)


def found(words: str = "") -> FactList:
    """The facts in which all of the words stand, in whatever order and case; every fact where there are none."""
    wanted = words.casefold().split()
    return FactList(facts=tuple(fact for fact in facts() if all(word in _text(fact) for word in wanted)))


def findings_in_words(fact: Fact) -> str:
    """The numbers of a fact in one line."""
    return "; ".join(map(finding_in_words, fact.findings))


def finding_in_words(finding: Finding) -> str:
    """A number of a fact with its unit; fractions in percent."""

    def said(number: float) -> str:
        return rate(number) if finding.unit.startswith(SHARE) else figure(number)

    if finding.value is not None:
        number = said(finding.value)
    else:
        number = _("{low} to {high}").format(low=said(finding.low or 0.0), high=said(finding.high or 0.0))
    return _("{what}: {number} ({unit})").format(what=finding.what, number=number, unit=finding.unit)


def source_in_words(fact: Fact) -> str:
    """Who says so, and the year where it is known and the source does not say it."""
    if fact.year is None:
        return _("{source}; the year is not known").format(source=fact.source)
    return fact.source if str(fact.year) in fact.source else f"{fact.source} ({fact.year})"


def grade_in_words(fact: Fact) -> str:
    """The grade of a fact, and what it means."""
    return f"{fact.grade.value}: {fact.grade.words}" if len(fact.grade.value) == 1 else fact.grade.words


def cited_by(fact: Fact) -> tuple[str, ...]:
    """The names of the templates that rest on a fact."""
    return tuple(template.name for template in library.templates().values() if fact.id in template.facts)


def parts_of(text: str) -> Iterator[tuple[str, Fact | None]]:
    """A text in parts: those that name a fact with it, those between them without."""
    end = 0
    for match in _names().finditer(text):
        if match.start() > end:
            yield text[end : match.start()], None
        yield match[0], library.facts()[match[0]]
        end = match.end()
    if end < len(text):
        yield text[end:], None


@cache
def _names() -> re.Pattern[str]:
    """The ids of all facts, as whole words."""
    ids = "|".join(re.escape(id_) for id_ in sorted(library.facts(), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{ids})(?![\w-])")


@cache
def _text(fact: Fact) -> str:
    parts = (fact.id, fact.statement, findings_in_words(fact), fact.source, str(fact.year or NOTHING), fact.interest)
    return " ".join((*parts, fact.good_for, fact.not_for, *fact.levers, *cited_by(fact))).casefold()
