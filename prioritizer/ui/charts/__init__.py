"""The charts: each function takes plain figures and gives a `Chart`, which `show` puts on the page."""

from prioritizer.ui.charts.chart import Chart, show
from prioritizer.ui.charts.customers import GroupBase, base_by_group
from prioritizer.ui.charts.flow import year_flow
from prioritizer.ui.charts.money import cash_flow
from prioritizer.ui.charts.trend import customers_over_time, nps_over_time, over_time
from prioritizer.ui.charts.uncertainty import InputSwing, distribution, tornado

__all__ = [
    "Chart",
    "GroupBase",
    "InputSwing",
    "base_by_group",
    "cash_flow",
    "customers_over_time",
    "distribution",
    "nps_over_time",
    "over_time",
    "show",
    "tornado",
    "year_flow",
]
