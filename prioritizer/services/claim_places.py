"""Where the claims of a submission lie against the library and the company's own past, and what asks for a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import ExtraCustomers, Initiative, LeverRecord
from prioritizer.domain.quantity import Quantity
from prioritizer.engine.comparison import FEWEST, is_high, place_among, place_in
from prioritizer.engine.sampling import mean
from prioritizer.errors import Complaint
from prioritizer.language import _, ngettext
from prioritizer.services.form_reading import levers_typed
from prioritizer.services.forms import Form
from prioritizer.services.inputs import lever_name
from prioritizer.services.lever_rows import kind_of
from prioritizer.services.templates import size_like, template_of, templates
from prioritizer.words import percent


@dataclass(frozen=True)
class Earlier:
    """How a claim compares with earlier ones: how many there are, how many of them claim less, and its place."""

    count: int
    smaller: int
    place: float

    @property
    def is_high(self) -> bool:
        return is_high(self.place, self.count)


@dataclass(frozen=True)
class ClaimPlace:
    """Where the claim of one lever lies: in the library's range, among the company's claims, among the department's.

    `template` is the name of the template whose range it is; empty for the range of all that change the same thing.
    """

    index: int
    name: str
    library: float | None
    template: str
    company: Earlier | None
    department: Earlier | None

    @property
    def asks_for_a_reason(self) -> bool:
        return is_high(self.library) or any(
            earlier is not None and earlier.is_high for earlier in (self.company, self.department)
        )

    @property
    def words(self) -> str:
        """The comparison in sentences; empty where there is nothing to compare with."""
        said = [
            self._library_words(),
            _earlier_words(self.company, own=False),
            _earlier_words(self.department, own=True),
        ]
        if self.asks_for_a_reason:
            said.append(_("Say why in the evidence note."))
        return " ".join(filter(None, said))

    def _library_words(self) -> str:
        if self.library is None:
            return ""
        words = {
            (True, True): _("Beyond what the template “{name}” usually claims: larger than {share} of its range."),
            (True, False): _("Within what the template “{name}” usually claims: larger than {share} of its range."),
            (False, True): _("Beyond what the library's templates usually claim: larger than {share} of their ranges."),
            (False, False): _(
                "Within what the library's templates usually claim: larger than {share} of their ranges."
            ),
        }[bool(self.template), is_high(self.library)]
        return words.format(name=self.template, share=percent(min(round(self.library, 2), 0.99)))


def claim_places(initiative: Initiative, company: Company, others: Iterable[Initiative]) -> tuple[ClaimPlace, ...]:
    """Where every claim of an initiative lies; levers that do harm, or bring customers, are not compared.

    Args:
        others: what was submitted before; the initiative itself is left out.
    """
    listed = [other for other in others if other.id != initiative.id]
    found = []
    for index, lever in enumerate(initiative.levers):
        size = _claimed(lever)
        if size is not None:
            found.append(_place(index, lever, size, initiative, company, listed))
    return tuple(found)


def places_typed(form: Form, company: Company, others: Iterable[Initiative]) -> tuple[ClaimPlace, ...]:
    """Where the claims of a form lie that need not be finished; the index of each is that of its row."""
    rows, typed = levers_typed(form, company)
    known = claim_places(typed, company, others) if typed else ()
    return tuple(replace(place, index=rows[place.index]) for place in known)


def missing_reasons(initiative: Initiative, company: Company, others: Iterable[Initiative]) -> list[Complaint]:
    """What an initiative cannot be submitted without: the evidence note, where a claim is unusually large."""
    if initiative.evidence.note.strip():
        return []
    large = [place for place in claim_places(initiative, company, others) if place.asks_for_a_reason]
    remedy = _("Say in the evidence note why so much can be expected, or claim less.")
    return [
        Complaint(
            _("is claimed larger than 9 of 10 of its kind, without a reason"), remedy, place="note", value=one.name
        )
        for one in large
    ]


def _claimed(lever: LeverRecord) -> float | None:
    """The mean of what a lever claims, where that is a benefit."""
    if isinstance(lever, ExtraCustomers):
        return None
    size = mean(lever.size)
    return size if size * lever.benefit > 0 else None


def _place(
    index: int, lever: LeverRecord, size: float, initiative: Initiative, company: Company, others: Sequence[Initiative]
) -> ClaimPlace:
    template, ranges = _ranges(initiative, lever, company)
    own = [other for other in others if other.department == initiative.department]
    return ClaimPlace(
        index=index,
        name=lever_name(lever),
        library=place_in(size, ranges, lever.benefit),
        template=template,
        company=_earlier(lever, size, others),
        department=_earlier(lever, size, own) if len(own) < len(others) else None,
    )


def _ranges(initiative: Initiative, lever: LeverRecord, company: Company) -> tuple[str, list[Quantity]]:
    """The template's own range of what a lever changes, else those of every template that changes it."""
    own = template_of(initiative.template)
    size = size_like(lever, own, company.periods_per_year) if own else None
    if own is not None and size is not None:
        return own.name, [size]
    sizes = [size_like(lever, known, company.periods_per_year) for known in templates()]
    return "", [known for known in sizes if known is not None and mean(known) * lever.benefit > 0]


def _earlier(lever: LeverRecord, size: float, others: Iterable[Initiative]) -> Earlier | None:
    """How a claim compares with the earlier ones that change the same thing, for whichever segment."""
    kind = kind_of(lever)[0]
    alike = [known for other in others for known in other.levers if kind_of(known)[0] == kind]
    sizes = [claimed for known in alike if (claimed := _claimed(known)) is not None]
    place = place_among(size, sizes, lever.benefit)
    if place is None:
        return None
    smaller = sum(known * lever.benefit < size * lever.benefit for known in sizes)
    return Earlier(count=len(sizes), smaller=smaller, place=place)


def _earlier_words(earlier: Earlier | None, *, own: bool) -> str:
    if earlier is None or (own and earlier.count < FEWEST):
        return ""  # of a few claims of one department nobody learns much
    if own:
        words = ngettext(
            "Larger than {smaller} of {count} earlier claim of this kind of your department.",
            "Larger than {smaller} of {count} earlier claims of this kind of your department.",
            earlier.count,
        )
    else:
        words = ngettext(
            "Larger than {smaller} of {count} earlier claim of this kind.",
            "Larger than {smaller} of {count} earlier claims of this kind.",
            earlier.count,
        )
    return words.format(smaller=earlier.smaller, count=earlier.count)
