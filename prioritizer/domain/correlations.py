"""Which uncertain numbers a correlation joins, and which correlations are not possible."""

import re
from collections.abc import Iterable, Mapping

from prioritizer.domain.assumptions import stream_of
from prioritizer.domain.company import Correlation
from prioritizer.domain.quantity import Quantity
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _, ngettext


def check_correlations(numbers: Mapping[str, Quantity], correlations: Iterable[Correlation]) -> None:
    """Raise InputError where a correlation joins fewer than two uncertain numbers, or is not possible.

    To be asked of everything a file names; a run on a part of it leaves out the correlations that find no pair there.
    """
    complaints = []
    listed, streams = tuple(correlations), streams_of(numbers)
    for index, correlation in enumerate(listed):
        if (count := len(matched(correlation, streams))) < 2:
            rule = ngettext("joins {count} uncertain number", "joins {count} uncertain numbers", count).format(
                count=count
            )
            remedy = _("Name at least two uncertain numbers by their paths; `*` stands for anything.")
            names = ", ".join(correlation.names)
            complaints.append(Complaint(rule, remedy, place=f"correlate.{index}", value=names))
    complaints += impossible(listed, streams)
    if complaints:
        raise InputError(complaints)


def streams_of(numbers: Mapping[str, Quantity]) -> list[str]:
    return sorted({stream_of(name, quantity) for name, quantity in numbers.items() if not quantity.is_fixed})


def matched(correlation: Correlation, streams: Iterable[str]) -> list[str]:
    """The streams that a correlation names."""
    patterns = [re.compile(re.escape(name).replace(r"\*", ".*"), re.DOTALL) for name in correlation.names]
    return [stream for stream in streams if any(pattern.fullmatch(stream) for pattern in patterns)]


def impossible(correlations: tuple[Correlation, ...], streams: list[str]) -> list[Complaint]:
    complaints, taken = [], dict[str, int]()
    for index, correlation in enumerate(correlations):
        place, members = f"correlate.{index}", matched(correlation, streams)
        if twice := [name for name in members if name in taken]:
            rule = _("is already joined by correlate.{index}").format(index=taken[twice[0]])
            complaints.append(Complaint(rule, _("Name each number in one correlation."), place=place, value=twice[0]))
        if len(members) >= 2 and correlation.rho <= -1 / (len(members) - 1):
            rule = _("is not possible between {count} numbers").format(count=len(members))
            remedy = _("Give a correlation above {least:.3g}.").format(least=-1 / (len(members) - 1))
            complaints.append(Complaint(rule, remedy, place=place, value=f"{correlation.rho:g}"))
        taken.update(dict.fromkeys(members, index))
    return complaints
