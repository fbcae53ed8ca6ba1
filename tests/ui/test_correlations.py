"""The chart of rank correlations: what is drawn, on which side, and the table behind it."""

from prioritizer.ui.charts.correlations import rank_correlations

ROWS = [
    ("Churn", -0.6, 0.01, "−0.60", "Revenue"),
    ("<b>Reach</b>", 0.31, 0.01, "+0.31", ""),
    ("Contacts", 0.0, 0.01, "cannot be told from none", ""),
]


def test_what_can_be_told_from_none_is_drawn_to_its_side() -> None:
    chart = rank_correlations(ROWS)
    (bars,) = chart.figure.data
    assert list(bars.x) == [-0.6, 0.31]
    assert chart.title == "“Churn” goes with the profit most closely"
    notes = [note.text for note in chart.figure.layout.annotations]
    assert "Churn *" in notes  # drawn together with another
    assert "&lt;b&gt;Reach&lt;/b&gt;" in notes
    low, high = chart.figure.layout.xaxis.range
    assert low < -0.62
    assert high > 0.33
    lines = [(shape.x0, shape.x1) for shape in chart.figure.layout.shapes][:2]
    assert lines[0] == (-0.62, -0.58)  # twice the standard error either way


def test_the_table_has_all_of_them() -> None:
    table = rank_correlations(ROWS, most=1).table
    assert list(table["Input"]) == ["Churn", "<b>Reach</b>", "Contacts"]
    assert list(table["Rank correlation"])[-1] == "cannot be told from none"
    assert next(iter(table["Drawn together with"])) == "Revenue"


def test_where_none_can_be_told_nothing_is_drawn() -> None:
    chart = rank_correlations(ROWS[2:])
    assert "No input can be told" in chart.title
    assert not list(chart.figure.data[0].x)
