"""The customer base: segments, and numbers by segment."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Self

from pydantic import model_validator

from prioritizer.domain.quantity import (
    Amount,
    Count,
    DirichletShare,
    Kind,
    Quantity,
    Rate,
    Share,
    as_number,
    as_quantity,
    check_card,
)
from prioritizer.domain.record import Record, refuse
from prioritizer.language import _

SHARE_SUM_TOLERANCE = 1e-3


class Segment(StrEnum):
    """Promoters answer 9 or 10, passives 7 or 8, detractors (critics) 0 to 6 (Reichheld 2003)."""

    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"

    @property
    def position(self) -> int:
        """Where the segment stands on the last axis of every array."""
        return SEGMENTS.index(self)


SEGMENTS = tuple(Segment)


class BySegment(Record):
    """One quantity for every segment. A single number stands for the same in all three, and then shares its draws."""

    kind: ClassVar[Kind]

    promoter: Quantity
    passive: Quantity
    detractor: Quantity

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, raw: Any) -> Any:
        if isinstance(raw, Mapping) and not cls._is_one_number(raw):
            return raw
        if isinstance(raw, BySegment):
            return dict(raw)
        shared = as_quantity(raw, cls.kind).model_copy(update={"stream": "all"})
        return {segment.value: shared for segment in SEGMENTS}

    @staticmethod
    def _is_one_number(raw: Mapping[str, Any]) -> bool:
        """A card or a distribution, rather than a map of segments (which may lack one or hold a misspelt one)."""
        return "value" in raw or (len(raw) == 1 and next(iter(raw)) not in SEGMENTS and _holds_a_list(raw))

    def items(self) -> list[tuple[Segment, Quantity]]:
        return [(segment, getattr(self, segment.value)) for segment in SEGMENTS]


def _holds_a_list(raw: Mapping[str, Any]) -> bool:
    return isinstance(next(iter(raw.values())), (list, tuple))


class Counts(BySegment):
    """Customers by segment."""

    kind = Kind.COUNT
    promoter: Count
    passive: Count
    detractor: Count


class Shares(BySegment):
    """A probability or share for every segment, each on its own."""

    kind = Kind.SHARE
    promoter: Share
    passive: Share
    detractor: Share


class Rates(BySegment):
    """Events per customer and period by segment."""

    kind = Kind.RATE
    promoter: Rate
    passive: Rate
    detractor: Rate


class Amounts(BySegment):
    """Money per customer and period by segment."""

    kind = Kind.AMOUNT
    promoter: Amount
    passive: Amount
    detractor: Amount


class Row(Shares):
    """Shares that sum to 1: each draw is divided by its sum."""

    @model_validator(mode="before")
    @classmethod
    def _from_counts(cls, raw: Any) -> Any:
        card = dict(raw) if isinstance(raw, Mapping) and "value" in raw else {}
        value = card.pop("value", raw)
        if not (isinstance(value, Mapping) and set(value) == {"dirichlet"}):
            return raw
        if card:
            check_card(raw)
        counts = value["dirichlet"]
        if not isinstance(counts, Mapping) or set(counts) != set(SEGMENTS):
            refuse(
                _("has not a count for each segment"),
                _("Write {dirichlet: {promoter: …, passive: …, detractor: …}}."),
                "dirichlet",
            )
        numbers = {segment: as_number(count) for segment, count in counts.items()}
        total = sum(numbers.values())
        return {
            segment: Quantity(
                kind=Kind.SHARE, distribution=DirichletShare(count=count, total=total, options=len(numbers)), **card
            )
            for segment, count in numbers.items()
        }

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        shares = [share for _segment, share in self.items()]
        if not all(share.is_fixed for share in shares) or any(share.multiply != 1 or share.add for share in shares):
            return self
        total = sum(share.number for share in shares)
        if abs(total - 1) > SHARE_SUM_TOLERANCE:
            refuse(_("is the sum of the shares, not 1"), _("Make the three shares sum to 1."), f"{total:g}")
        return self


class Migration(Record):
    """The natural migration of those who stay: from each segment (key) to each segment (row)."""

    promoter: Row
    passive: Row
    detractor: Row

    def items(self) -> list[tuple[Segment, Row]]:
        return [(segment, getattr(self, segment.value)) for segment in SEGMENTS]


def stay_in_segment() -> Migration:
    """The migration of a base in which nobody changes segment."""
    return Migration.model_validate({s: {t: float(s == t) for t in SEGMENTS} for s in SEGMENTS})
