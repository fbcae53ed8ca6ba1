"""The evidence library and the templates."""

from typing import TYPE_CHECKING

from prioritizer.language import _, ngettext

if TYPE_CHECKING:
    from prioritizer.services.library import FactList
    from prioritizer.services.templates import TemplateList
from prioritizer.terminal.tables import table


def facts_table(listed: "FactList") -> str:
    """Facts with their grade, source and limits."""
    from prioritizer.services.library import findings_in_words, source_in_words

    said = ngettext("{count} fact", "{count} facts", len(listed.facts)).format(count=len(listed.facts))
    if not listed.facts:
        return _("No fact has all of these words.") + "\n"
    headings = (
        (_("Fact"), "left"),
        (_("What it says"), "left"),
        (_("Grade"), "left"),
        (_("Source"), "left"),
        (_("Not good for"), "left"),
    )
    rows = [
        [
            fact.id,
            " ".join(filter(None, (fact.statement, findings_in_words(fact)))),
            fact.grade.value,
            source_in_words(fact),
            fact.not_for,
        ]
        for fact in listed.facts
    ]
    return "\n".join([said, "", table(headings, rows)])


def templates_table(listed: "TemplateList") -> str:
    """Templates with what they change and the facts about them."""
    headings = (
        (_("Template"), "left"),
        (_("In one line"), "left"),
        (_("What it changes"), "left"),
        (_("Facts about it"), "left"),
    )
    return table(
        headings, [[one.id, one.line, "; ".join(one.levers), ", ".join(one.facts)] for one in listed.templates]
    )
