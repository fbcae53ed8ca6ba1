"""Facts of the library on a page: as a link where one is cited, in a line, and as a card with all about it."""

from collections.abc import Iterable

from prioritizer.domain.evidence import Fact
from prioritizer.language import _
from prioritizer.services.library import (
    cited_by,
    fact_of,
    finding_in_words,
    grade_in_words,
    parts_of,
    source_in_words,
)
from prioritizer.ui import session
from prioritizer.ui.markup import Child, Element, element

ADDRESS = "fact"  # what the address of the library names


def fact_link(fact: Fact, text: str = "") -> Element:
    """A link to a fact, where the person sees the library; what it says, to whoever points at it."""
    href = session.link("assumptions", **{ADDRESS: fact.id})
    if not href:
        return element("span", text or fact.id, title=fact.statement)
    return element("a", text or fact.id, href=href, title=fact.statement, target="_self")


def linked(text: str) -> list[Child]:
    """A text in which every fact that is named leads to it."""
    return [fact_link(fact, part) if fact else part for part, fact in parts_of(text)]


def facts_in_lines(ids: Iterable[str]) -> Element:
    """Facts that are cited: what each says, how well it is founded, and what it must not be used for."""
    known = [fact for id_ in ids if (fact := fact_of(id_))]
    return element("ul", *(element("li", *_brief(fact)) for fact in known), class_="said facts")


def _brief(fact: Fact) -> list[Child]:
    grade = _("Grade {grade}.").format(grade=grade_in_words(fact))
    limits = _("{grade} Not good for: {limits}").format(grade=grade, limits=fact.not_for)
    return [fact_link(fact), f": {fact.statement}", element("span", limits, class_="counted")]


def card(fact: Fact, is_open: bool) -> Element:
    """A fact with all that is known of it."""
    findings = [element("li", finding_in_words(finding)) for finding in fact.findings]
    rows: list[tuple[str, Child]] = [
        (_("Source"), source_in_words(fact)),
        (_("Who had an interest"), fact.interest),
        (_("Grade"), grade_in_words(fact)),
        (_("Good for"), fact.good_for),
        (_("Not good for"), fact.not_for),
        (_("Speaks about"), ", ".join(fact.levers)),
        (_("Templates that cite it"), ", ".join(cited_by(fact))),
    ]
    summary = element(
        "summary",
        element("span", fact.statement, class_="statement"),
        element("span", f"{fact.id} · {grade_in_words(fact)}", class_="counted"),
    )
    listed = [part for name, said in rows if said for part in (element("dt", name), element("dd", said))]
    return element(
        "details",
        summary,
        element("ul", *findings) if findings else None,
        element("dl", *listed),
        class_="fact",
        id=f"fact-{fact.id}",
        open="" if is_open else None,
    )
