"""A scenario's differences as a what-if on the scenario that it extends, as far as a what-if can say them."""

from collections.abc import Iterator

from prioritizer.domain.change_lines import IS, change_by, how_of, line_of
from prioritizer.domain.company import Policy
from prioritizer.domain.quantity import as_number
from prioritizer.domain.record import Record
from prioritizer.domain.scenarios import Change, Differences, path_text
from prioritizer.domain.whatif import BUDGET, INITIATIVES


class Said(Record):
    """What controls can show: lines of changes, what is left out, how customers are bought; and what they cannot."""

    lines: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    policy: Policy | None = None
    unsaid: tuple[str, ...] = ()


def what_if_of(differences: Differences) -> Said:
    """A scenario's differences as the controls of a what-if show them; `unsaid` names the places of the others."""
    lines: dict[tuple[str, ...], str] = {}
    unsaid = [] if differences.include is None else ["include"]
    policy = None
    for change in _changes(differences):
        known = _as_number(change)
        if change.path == ("acquisition_policy",) and str(change.value) in tuple(Policy):
            policy = Policy(str(change.value))
        elif how_of(known) is None or change.path in lines:
            unsaid.append(path_text(change.path))
        else:
            lines[change.path] = line_of(known)
    return Said(lines=tuple(lines.values()), without=differences.exclude, policy=policy, unsaid=tuple(unsaid))


def _changes(differences: Differences) -> Iterator[Change]:
    yield from differences.change
    if isinstance(differences.budget, dict):
        for year, amount in differences.budget.items():
            yield change_by((BUDGET, str(year)), IS, amount)
    elif differences.budget is not None:
        yield Change(path=(BUDGET,), value=differences.budget)
    for id_, changes in differences.change_initiatives.items():
        for change in changes:
            if change.path != ("requires",) or not differences.exclude:  # follows from what is left out
                yield change.model_copy(update={"path": (INITIATIVES, id_, *change.path)})


def _as_number(change: Change) -> Change:
    """The change with its value as a number, where it is one."""
    if not change.replaces or isinstance(change.value, (dict, list, tuple)) or change.value is None:
        return change
    try:
        return change.model_copy(update={"value": as_number(change.value)})
    except ValueError:
        return change
