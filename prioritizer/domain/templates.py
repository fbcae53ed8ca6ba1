"""A template: a kind of initiative from which a department starts, with what such a one usually claims and costs."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from prioritizer.domain.initiatives import ALL, ExtraCustomers, Initiative, LeverRecord, RelativeChange
from prioritizer.domain.quantity import Quantity, Whole
from prioritizer.domain.record import Name, Record, Text, refuse
from prioritizer.language import _


def _year_in_periods(periods: int) -> int:
    if periods not in (1, 4, 12):
        refuse(_("is not a number of periods in a year"), _("Give 1, 4 or 12."), periods)
    return periods


class Template(Record):
    """A kind of initiative. Its `initiative` is of no company yet: it reaches `all`, in periods and money of its own.

    `line` says in a sentence what it is, `groups` in words which groups it can reach. Customers that it brings are
    given per customer whom a group has: {extra_customers: {all: 0.004}} is four new ones a period for each thousand.
    """

    line: Text
    groups: Text
    periods_per_year: Annotated[Whole, AfterValidator(_year_in_periods)]
    currency: Name
    initiative: Initiative

    @model_validator(mode="after")
    def _is_of_no_company(self) -> Self:
        known = self.initiative
        if known.template != known.id:
            refuse(_("is not its own template"), _("Give its id as initiative.template."), known.template or "")
        brought = [lever.extra_customers for lever in known.levers if isinstance(lever, ExtraCustomers)]
        if any(group != ALL for groups in (known.reach, *brought) for group in groups):
            refuse(_("names a group of one company"), _("Give a template's reach and customers for all."), known.id)
        if known.requires or known.excludes or known.mandatory:
            refuse(
                _("is tied to initiatives of one company"), _("Leave requires, excludes and mandatory out."), known.id
            )
        names = [lever.name for lever in known.levers]
        if len(set(names)) < len(names):
            refuse(_("changes the same thing twice"), _("Give each lever of a template once."), known.id)
        for lever in known.levers:
            if lever.usual is None and not isinstance(lever, ExtraCustomers):
                refuse(_("has no usual size"), _("Give the lever its usual size."), lever.name)
        return self

    @property
    def id(self) -> str:
        return self.initiative.id

    @property
    def name(self) -> str:
        return self.initiative.name

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the facts that speak for it or against it."""
        return self.initiative.evidence.sources

    def usual_of(self, lever: LeverRecord) -> Quantity | None:
        """The usual size of what a lever changes, per the template's period; that of all segments counts for each."""
        like = self.like(lever)
        return None if like is None else like.usual

    def like(self, lever: LeverRecord) -> LeverRecord | None:
        """The template's lever that changes the same thing; None where it has none."""
        known = {own.name: own for own in self.initiative.levers}
        everybody = f"{lever.target}.{ALL}" if isinstance(lever, RelativeChange) else ""
        return known.get(lever.name) or known.get(everybody)

    def segments(self) -> Iterator[str]:
        """The segments whose customers it acts on, each once."""
        yield from dict.fromkeys(segment for lever in self.initiative.levers for segment in segments_of(lever))


def segments_of(lever: LeverRecord) -> tuple[str, ...]:
    """The segments whose customers a lever acts on."""
    if isinstance(lever, RelativeChange):
        return tuple(lever.segments())
    path = getattr(lever, "move", None)
    return () if path is None else (path.source,)
