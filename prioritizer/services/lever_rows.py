"""Levers as people choose them: what changes, for whom, by how much, in plain words; and what that is in the model."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.domain.initiatives import ALL, LeverRecord, RelativeChange, Target
from prioritizer.domain.quantity import Kind
from prioritizer.language import _
from prioritizer.services.asked import Asked, improved_by, in_percent, moved_per_year
from prioritizer.services.inputs import segment_word

MOVE, NEWCOMERS, EXTRA = "move", "newcomers", "extra_customers"


@dataclass(frozen=True)
class LeverKind:
    """One thing that may change, in words: the question for its size, the unit beside it, and whom one may choose."""

    key: str
    words: str
    question: str
    unit: str
    whom: tuple[str, ...] = ()

    @property
    def chooses_whom(self) -> bool:
        return len(self.whom) > 1


def lever_kinds(company: Company) -> tuple[LeverKind, ...]:
    """Everything that an initiative may change, what is proposed most often first."""
    changes = [_change_kind(target) for target in Target]
    return (*_moves(upward=True), *changes, _extra(), *_newcomers(upward=True), *_moves(False), *_newcomers(False))


def lever_kind(key: str, company: Company) -> LeverKind | None:
    """A kind by its key; None where there is none."""
    return next((kind for kind in lever_kinds(company) if kind.key == key), None)


def kind_of(lever: LeverRecord) -> tuple[str, str]:
    """The key of a lever's kind, and whom it is for."""
    if isinstance(lever, RelativeChange):
        return lever.target.value, (lever.segment.value if lever.segment else ALL)
    return lever.name, ""


def size_asked(key: str, company: Company) -> Asked:
    """How the size of a lever of a kind is asked."""
    first = key.partition(".")[0]
    if first == MOVE:
        return moved_per_year(company.periods_per_year)
    return in_percent(Kind.SIGNED_SHARE) if first == NEWCOMERS else improved_by(Target(first))


def whom_word(whom: str) -> str:
    """For whom something changes, as people say it."""
    return _("everybody") if whom == ALL else segment_word(whom)


def _paths(upward: bool) -> Iterator[tuple[Segment, Segment]]:
    """From a segment to another; one step before two, the unhappiest first."""
    pairs = permutations(SEGMENTS, 2)
    chosen = [(source, to) for source, to in pairs if (to.position < source.position) == upward]
    yield from sorted(chosen, key=lambda pair: (abs(pair[0].position - pair[1].position), -pair[0].position))


def _moves(upward: bool) -> Iterator[LeverKind]:
    for source, to in _paths(upward):
        words = _("{source} become {to}").format(source=segment_word(source), to=segment_word(to))
        question = _("How many of those it reaches")
        yield LeverKind(f"{MOVE}.{source}.{to}", _capital(words), question, _("% within a year"))


def _newcomers(upward: bool) -> Iterator[LeverKind]:
    for source, to in _paths(upward):
        words = _("New customers who would be {source} arrive as {to}")
        named = words.format(source=segment_word(source), to=segment_word(to))
        yield LeverKind(f"{NEWCOMERS}.{source}.{to}", named, _("How many of them"), "%")


def _change_kind(target: Target) -> LeverKind:
    words, question = {
        Target.CHURN: (_("Fewer leave"), _("How many fewer, of those who would leave")),
        Target.REVENUE: (_("Customers spend more"), _("How much more each spends")),
        Target.CONTACTS: (_("Fewer contacts"), _("How many fewer, of today's contacts")),
        Target.CONTACT_COST: (_("Cheaper contacts"), _("How much less a contact costs")),
        Target.REFERRALS: (_("More referrals"), _("How many more than today")),
        Target.PUT_OFF: (_("Fewer prospects are put off"), _("How many fewer than today")),
        Target.ACQUISITION_COST: (_("Cheaper to win a customer"), _("How much less a new customer costs")),
    }[target]
    whom = (ALL, *(segment.value for segment in reversed(SEGMENTS))) if target.by_segment else (ALL,)
    return LeverKind(target.value, words, question, "%", whom)


def _extra() -> LeverKind:
    return LeverKind(EXTRA, _("Extra customers"), _("How many customers it brings"), _("customers a year"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
