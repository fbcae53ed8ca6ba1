"""Customer records → counts. Rows stop here; only counts go on.

Everything is one set of ibis expressions over the rows, whatever files they came from.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import ibis
from ibis import Table

from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.record import nearest, same_name
from prioritizer.domain.records import (
    NO_MOVES,
    NO_SUMS,
    GroupCounts,
    Moves,
    Oddities,
    Partial,
    RecordCounts,
    RecordsMapping,
    Sums,
    SumsBySegment,
    Tally,
)
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.store.complaints import collect, read_record
from prioritizer.store.record_files import Workspace, number_of, open_source, open_workspace, rows_of
from prioritizer.store.record_rows import read_rows
from prioritizer.store.strict_yaml import read_yaml

MOST_GROUPS = 200


def read_mapping(path: Path) -> RecordsMapping:
    """The mapping in a YAML file. Raises InputError with every complaint."""
    return read_record(RecordsMapping, read_yaml(path))


def count_records(mapping: RecordsMapping, files: Sequence[Path]) -> RecordCounts:
    """The counts of records that stand in one or several files, the first of which knows every customer.

    Raises InputError with all that is wrong with the files: what cannot be read; columns that are missing; rows and
    cells that do not fit. Later steps are only checked once the earlier ones pass.
    """
    if not files:
        raise InputError([Complaint(_("no records are named"), _("Name a CSV or Parquet file."))])
    with open_workspace() as workspace:
        sources = collect(*(lambda path=path: open_source(workspace, path, mapping) for path in files))
        rows, partial = read_rows(workspace, sources, mapping)
        seen = _seen(workspace, rows, mapping)
        return _counts(seen, mapping, [source.name for source in sources], partial)


def _seen(workspace: Workspace, rows: Table, mapping: RecordsMapping) -> Table:
    """The rows with what happened: present, stayed, left, current, joined, …, and the segments that followed."""
    rows = workspace.keep_only(_with_segments(rows, mapping))
    if not mapping.is_panel:
        return workspace.keep_only(_picture(rows, mapping))
    rows = workspace.keep_only(_with_neighbours(rows))
    _check_left_once(rows, mapping)
    return workspace.keep_only(_panel(rows, mapping))


def _check_left_once(rows: Table, mapping: RecordsMapping) -> None:
    """Refuse a panel in which customers leave in one row and again in the next."""
    words = _words_for_left(mapping)
    if words and (count := number_of((rows.leaves & rows.leaves_before).sum())):
        rule = _("means that a customer left during the period, and {count} rows say so of one who has left already")
        remedy = _("Put the words of those who are no longer customers into gone.")
        complaint = Complaint(rule.format(count=f"{count:,}"), remedy, place="active.left", value=", ".join(words))
        raise InputError([complaint])


def _words_for_left(mapping: RecordsMapping) -> tuple[str, ...]:
    return mapping.active.left if mapping.active else ()


def _with_segments(rows: Table, mapping: RecordsMapping) -> Table:
    segments = mapping.score.segments
    branches = [(rows.score.isin(list(segments[s])), s.position) for s in SEGMENTS if segments[s]]
    months = mapping.tenure.unit.months(mapping.periods_per_year) if mapping.tenure else 1.0
    return rows.mutate(segment=ibis.cases(*branches), tenure=rows.tenure * months)


def _panel(rows: Table, mapping: RecordsMapping) -> Table:
    """A row for each customer and period. Who is there in t and not in t + 1 has left during t."""
    periods = _periods(rows)
    goes_on = ~rows.leaves & ((rows.after == rows.period + 1) & rows.here_after).fill_null(False)
    goes_on_twice = goes_on & ~rows.leaves_after & (rows.later == rows.period + 2) & rows.here_later
    was_here = (rows.before == rows.period - 1) & rows.here_before & ~rows.leaves_before
    followed = rows.period.isin([period for period in periods if period + 1 in periods])
    vanishes = rows.here & ~rows.leaves & followed & ~(rows.after == rows.period + 1).fill_null(False)
    arrives = rows.here & ~was_here.fill_null(False) & rows.period.isin([p for p in periods if p - 1 in periods])
    young = (rows.tenure <= mapping.months_per_period).fill_null(True)
    has_words = bool(_words_for_left(mapping))
    said = has_words and not number_of(rows.filter(vanishes).count())
    known = followed | ibis.literal(said)
    stays = followed.ifelse(goes_on, ~rows.leaves)
    return rows.mutate(
        present=rows.here,
        stayed=rows.here & known & stays,
        left=rows.here & known & ~stays,
        current=rows.here & (rows.period == periods[-1]),
        joined=(rows.here & rows.new) | (arrives & young),
        came_and_went=ibis.literal(False),
        vanished=vanishes & ibis.literal(has_words),
        returned=arrives & (rows.first_here < rows.period),
        odd_tenure=rows.here & rows.new & ~young,
        next_segment=goes_on.ifelse(rows.segment_after, None),
        later_segment=goes_on_twice.fill_null(False).ifelse(rows.segment_later, None),
        recent=rows.period > periods[-1] - mapping.periods_per_year,
    )


def _with_neighbours(rows: Table) -> Table:
    """Each row with what the same customer's rows before and after it say."""
    in_order, ever = ibis.window(group_by="customer", order_by="period"), ibis.window(group_by="customer")
    return rows.mutate(
        after=rows.period.lead().over(in_order),
        here_after=rows.here.lead().over(in_order),
        leaves_after=rows.leaves.lead().over(in_order),
        segment_after=rows.segment.lead().over(in_order),
        later=rows.period.lead(2).over(in_order),
        here_later=rows.here.lead(2).over(in_order),
        segment_later=rows.segment.lead(2).over(in_order),
        before=rows.period.lag().over(in_order),
        here_before=rows.here.lag().over(in_order),
        leaves_before=rows.leaves.lag().over(in_order),
        first_here=rows.period.min(where=rows.here).over(ever),
    )


def _periods(rows: Table) -> list[int]:
    return sorted(row["period"] for row in rows_of(rows.select("period").distinct()))


def _picture(rows: Table, mapping: RecordsMapping) -> Table:
    """One row for each customer: who is there now, and who left or joined during the observed months."""
    months = mapping.observed_months
    young = ibis.literal(False) if months is None else (rows.tenure <= months).fill_null(False)
    current = rows.here & ~rows.leaves
    joined = current & (rows.new | young)
    came_and_went = rows.leaves & young
    present = rows.here & ~joined & ~came_and_went
    return rows.mutate(
        present=present,
        stayed=present & ~rows.leaves & ibis.literal(mapping.active is not None),
        left=present & rows.leaves,
        current=current,
        joined=joined,
        came_and_went=came_and_went,
        vanished=ibis.literal(False),
        returned=ibis.literal(False),
        odd_tenure=rows.new & rows.tenure.notnull() & ~young,
        next_segment=ibis.null("int64"),
        later_segment=ibis.null("int64"),
        recent=ibis.literal(True),
    )


def _counts(seen: Table, mapping: RecordsMapping, files: list[str], partial: list[Partial]) -> RecordCounts:
    groups = _groups(seen, _group_names(seen, mapping))
    periods = tuple(_periods(seen)) if mapping.is_panel else ()
    total = rows_of(seen.aggregate(rows=seen.count(), customers=seen.customer.nunique()))[0]
    oddities = _oddities(seen, mapping, periods, partial)
    return RecordCounts(files=tuple(files), periods=periods, groups=groups, oddities=oddities, **total)


def _groups(seen: Table, names: list[str]) -> tuple[GroupCounts, ...]:
    tallies, stayers = _tallies(seen), seen.filter(~seen.left)
    moves, later = _moves(seen, "next_segment"), _moves(seen, "later_segment")
    sums = {
        "revenue": _sums(seen, "revenue"),
        "revenue_of_stayers": _sums(stayers, "revenue"),
        "contacts": _sums(seen, "contacts"),
        "contacts_of_stayers": _sums(stayers, "contacts"),
    }
    return tuple(
        GroupCounts(
            name=name,
            tallies=tuple(tallies.get(name, ())),
            moves=moves.get(name, NO_MOVES),
            later_moves=later.get(name, NO_MOVES),
            **{key: by_group.get(name, NO_SUMS) for key, by_group in sums.items()},
        )
        for name in names
    )


def _group_names(seen: Table, mapping: RecordsMapping) -> list[str]:
    """The groups in alphabetical order. Raises InputError where there are too many, or two look the same."""
    count = number_of(seen.group.nunique())
    if count > MOST_GROUPS:
        rule = _("has {count} groups, more than {most}").format(count=f"{count:,}", most=MOST_GROUPS)
        remedy = _("Name a column that divides the customers more coarsely.")
        raise InputError([Complaint(rule, remedy, place="group", value=mapping.group or "")])
    names = sorted(row["group"] for row in rows_of(seen.select("group").distinct()))
    _check_group_names(names, mapping)
    return names


def _check_group_names(names: list[str], mapping: RecordsMapping) -> None:
    if complaints := [*_written_differently(names), *_unknown_bases(names, mapping)]:
        raise InputError(complaints)


def _written_differently(names: list[str]) -> Iterator[Complaint]:
    first: dict[str, str] = {}
    for name in names:
        if (other := first.setdefault(same_name(name), name)) != name:
            rule = _("is the same group as {other} but written differently").format(other=other)
            yield Complaint(rule, _("Write a group in one way."), place="group", value=name)


def _unknown_bases(names: list[str], mapping: RecordsMapping) -> Iterator[Complaint]:
    known = {same_name(name) for name in names}
    for name in mapping.base:
        if same_name(name) not in known:
            yield Complaint(_("is no group of the records"), nearest(name, names), place="base", value=name)


def _tallies(seen: Table) -> dict[str, list[Tally]]:
    what = ("present", "stayed", "left", "current", "joined", "came_and_went")
    counted = seen.group_by("group", "period", "score").agg(**{key: seen[key].sum() for key in what})
    tallies: dict[str, list[Tally]] = {}
    for row in rows_of(counted.order_by("group", "period", "score")):
        tallies.setdefault(row.pop("group"), []).append(Tally(**row))
    return tallies


def _moves(seen: Table, into: str) -> dict[str, Moves]:
    pairs = seen.filter(seen.stayed & seen.segment.notnull() & seen[into].notnull())
    counted = pairs.group_by("group", "segment", into).agg(count=pairs.count())
    moves: dict[str, list[list[int]]] = {}
    for row in rows_of(counted):
        matrix = moves.setdefault(row["group"], [[0, 0, 0] for _segment in SEGMENTS])
        matrix[row["segment"]][row[into]] = row["count"]
    return {group: tuple(map(tuple, matrix)) for group, matrix in moves.items()}  # type: ignore[misc]


def _sums(seen: Table, amount: str) -> dict[str, SumsBySegment]:
    """Sums of the last year, by group and segment, of customers present and answering. See `Sums`."""
    rows = seen.filter(seen.present & seen.recent & seen.segment.notnull() & seen[amount].notnull())
    each = rows.group_by("group", "segment", "customer").agg(n=rows.count(), s=rows[amount].sum())
    counted = each.group_by("group", "segment").agg(
        customers=each.count(),
        rows=each.n.sum(),
        total=each.s.sum(),
        squares=(each.s * each.s).sum(),
        cross=(each.s * each.n).sum(),
        squared_rows=(each.n * each.n).sum(),
    )
    sums: dict[str, list[Sums]] = {}
    for row in rows_of(counted):
        group, segment = row.pop("group"), row.pop("segment")
        sums.setdefault(group, list(NO_SUMS))[segment] = Sums(**row)
    return {group: tuple(by_segment) for group, by_segment in sums.items()}  # type: ignore[misc]


def _oddities(seen: Table, mapping: RecordsMapping, periods: Sequence[int], partial: list[Partial]) -> Oddities:
    groups = seen.group_by("customer").agg(first=seen.group.min(), last=seen.group.max())
    billed = seen.present & seen.recent
    counted = {
        "scored_after_leaving": (~seen.here & seen.score.notnull() & ibis.literal(mapping.is_panel)).sum(),
        "vanished": seen.vanished.sum(),
        "returned": seen.returned.sum(),
        "without_revenue": (billed & seen.revenue.isnull() & ibis.literal(mapping.revenue is not None)).sum(),
        "without_contacts": (billed & seen.contacts.isnull() & ibis.literal(mapping.contacts is not None)).sum(),
        "joined_with_long_tenure": seen.odd_tenure.sum(),
    }
    row = rows_of(seen.aggregate(**counted, highest_score=seen.score.max()))[0]
    gaps = [period for period in range(periods[0], periods[-1]) if period not in periods] if periods else []
    changed = number_of(groups.filter(groups["first"] != groups["last"]).count()) if mapping.is_panel else 0
    return Oddities(partial=tuple(partial), missing_periods=tuple(gaps), changed_group=changed, **row)
