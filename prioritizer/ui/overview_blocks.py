"""The blocks of the overview: a heading that leads on, and below it a few figures with the bars that belong to them."""

from collections.abc import Iterable, Sequence

from prioritizer.domain.learning import Learning
from prioritizer.domain.plans import YearUse
from prioritizer.domain.since_published import Moved, Named, SincePublished
from prioritizer.language import _
from prioritizer.services.certainty import InfluenceInWords
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.markup import Child, Element, element
from prioritizer.words import day

YEARS = 6  # that are drawn at most
TESTS = 3  # that are named at most
ROOM = 5  # names among the changes, for which there is room


def heading(title: str, href: str = "", to: str = "") -> Element:
    """What a block says or is about, and the way to where it is explained."""
    return element("div", element("h2", title), way(href, to), class_="block-head")


def way(href: str, to: str) -> Element | None:
    """A link to another page; nothing where there is no address."""
    return element("a", to, href=href, target="_self") if href else None


def waiting(lines: int, said: str = "") -> Element:
    """Grey lines where something will stand, with what is being done where it takes long."""
    words = element("p", said, class_="quiet") if said else None
    bars = (element("span", aria_hidden="true") for _line in range(lines))
    return element("div", words, *bars, class_="waiting now" if said else "waiting")


def unit_of_years(years: Sequence[YearUse], currency: str) -> str:
    """The unit in which the bars of years are labelled."""
    return _amounts_of(years, currency).unit


def _amounts_of(years: Sequence[YearUse], currency: str) -> Amounts:
    return Amounts.of((max(year.cost, year.budget or 0.0) for year in years), currency)


def year_bars(years: Sequence[YearUse], currency: str) -> Element:
    """What each year costs, as a bar up to the mark of its budget; years without a budget in one line below."""
    limited = [year for year in years if year.budget is not None]
    listed = (limited or [year for year in years if year.cost])[:YEARS]
    rest = [year for year in years if year not in listed and year.cost]
    amounts = _amounts_of(years, currency)
    most = max((max(year.cost, year.budget or 0.0) for year in listed), default=0.0) or 1.0
    rows = [_row(year.name, _year_bar(year, most), _of_budget(year, amounts)) for year in listed]
    title = _("Cost by year, {unit}").format(unit=amounts.unit)
    return element("div", _table(rows, title, "years"), _later(rest, amounts))


def _year_bar(year: YearUse, most: float) -> list[Element]:
    bar = [element("span", class_="out", style=f"left:0;width:{100 * year.cost / most:.2f}%")]
    if year.budget is not None:
        bar.append(element("span", class_="mark", style=f"left:{100 * year.budget / most:.2f}%"))
    return bar


def _of_budget(year: YearUse, amounts: Amounts) -> str:
    if year.budget is None:
        return amounts.figure(year.cost)
    return _("{cost} of {budget}").format(cost=amounts.figure(year.cost), budget=amounts.figure(year.budget))


def _later(rest: Sequence[YearUse], amounts: Amounts) -> Element | None:
    """What the other years cost, in one line."""
    if not rest:
        return None
    span = rest[0].name if len(rest) == 1 else _("{first} to {last}").format(first=rest[0].name, last=rest[-1].name)
    said = _("{years}, not budgeted yet: {cost}")
    cost = amounts.figure(sum(year.cost for year in rest))
    return element("p", said.format(years=span, cost=cost), class_="quiet")


def influences(found: Sequence[InfluenceInWords], amounts: Amounts) -> Element:
    """How far each assumption alone moves the profit: a bar from one end to the other, across the profit expected."""
    ends = [amount for one in found for amount in (one.profit_low, one.profit_high, one.profit)]
    low, width = min(ends), (max(ends) - min(ends)) or 1.0
    rows = [
        _row(
            one.name,
            [
                _stretch(one.profit_low, one.profit_high, low, width),
                element("span", class_="mark", style=f"left:{100 * (one.profit - low) / width:.2f}%"),
            ],
            _("{low} to {high}").format(
                low=amounts.figure(min(one.profit_low, one.profit_high)),
                high=amounts.figure(max(one.profit_low, one.profit_high)),
            ),
        )
        for one in found
    ]
    return _table(rows, _("Profit with each assumption alone at its ends, {unit}").format(unit=amounts.unit))


def _stretch(one: float, other: float, low: float, width: float) -> Element:
    begin, end = min(one, other), max(one, other)
    place = f"left:{100 * (begin - low) / width:.2f}%;width:{100 * (end - begin) / width:.2f}%"
    return element("span", class_="solid", style=place)


def tests(learning: Learning, currency: str) -> list[Element]:
    """The first tests of the best set, each with what the set with it is worth."""
    if not learning.tests:
        return []
    first = learning.tests[:TESTS]
    names = {one.id: one.name for one in learning.pilots}
    amounts = Amounts.of((step.gain.value for step in first), currency)
    rows = [
        element(
            "tr",
            element("th", names[step.id], scope="row"),
            element("td", amounts.figure(step.gain.value), class_="number"),
        )
        for step in first
    ]
    said = _("worth so far, {unit}").format(unit=amounts.unit)
    head = element("tr", element("th", _("Test first"), scope="col"), element("th", said, scope="col", class_="number"))
    caption = element("caption", _("What to test first"), class_="sr")
    made = element("table", caption, element("thead", head), element("tbody", *rows), class_="few")
    more = len(learning.tests) - len(first)
    return [made, *([element("p", _("and {n} more").format(n=more), class_="quiet")] if more else [])]


def changes(since: SincePublished) -> Element:
    """What is other than it was published, a line for each kind."""
    lines = [
        (_("New"), _names(since.new)),
        (_("No longer on the list"), _names(since.gone)),
        (_("Figures changed"), _names(since.changed)),
        (_("Moved past others"), _moves(since.moved)),
        (_("Changed"), _company_changes(since)),
        (_("Planned, not funded"), _names(since.planned_only)),
        (_("Funded, not planned"), _names(since.funded_only)),
    ]
    kinds = [(what, said) for what, said in lines if said]
    most = ROOM // max(len(kinds), 1)
    shown = [element("p", element("b", what), f" {_some(said, most)}") for what, said in kinds]
    if since.is_as_it_was:
        shown.insert(0, element("p", _("The list is as it was published: same initiatives, figures and order.")))
    return element("div", *shown, class_="changes")


def _names(found: Sequence[Named]) -> list[str]:
    return [_("“{name}”").format(name=one.name) for one in found]


def _moves(found: Sequence[Moved]) -> list[str]:
    return [
        (_("“{name}” up {n}") if one.places > 0 else _("“{name}” down {n}")).format(name=one.name, n=abs(one.places))
        for one in found
    ]


def _some(said: Sequence[str], most: int) -> str:
    """The first of several, with how many more there are where not all are named."""
    if len(said) <= max(most, 1):
        return ", ".join(said)
    first = said[: max(most - 1, 1)]
    return _("{first} and {n} more").format(first=", ".join(first), n=len(said) - len(first))


def _company_changes(since: SincePublished) -> list[str]:
    changed = {_("the company's assumptions"): since.assumptions_changed, _("its budgets"): since.budgets_changed}
    return [said for said, is_so in changed.items() if is_so]


def since_title(at: str) -> str:
    return _("Since the list published on {date}").format(date=day(at))


def _row(name: str, bars: Iterable[Element], said: str) -> Element:
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", element("div", *bars, class_="track"), aria_hidden="true"),
        element("td", said, class_="number"),
    )


def _table(rows: Sequence[Child], caption: str, kind: str = "") -> Element:
    return element(
        "table", element("caption", caption, class_="sr"), element("tbody", *rows), class_=f"bridge few {kind}".strip()
    )
