"""What the lines of the cash-flow statement are called, and what each of them is."""

from prioritizer.domain.cash_flow_statement import LineKey
from prioritizer.language import _


def line_names() -> dict[LineKey, str]:
    """Every line by name."""
    return {
        LineKey.MARGIN_RETAINED: _("Margin retained"),
        LineKey.MARGIN_REFERRED: _("Margin by referrals"),
        LineKey.SPEND_UPLIFT: _("Spend uplift"),
        LineKey.MARGIN: _("Margin from customers"),
        LineKey.REFERRALS: _("Referrals"),
        LineKey.ACQUISITION_OTHER: _("Acquisition without referrals"),
        LineKey.ACQUISITION: _("Acquisition cost"),
        LineKey.SERVICE: _("Service cost"),
        LineKey.NOT_CASHABLE: _("of its saving not cashable"),
        LineKey.SERVICE_CASHABLE: _("Service cost, cashable"),
        LineKey.COSTS: _("What it costs"),
        LineKey.BEFORE_TAX: _("Cash flow before tax"),
        LineKey.TAX: _("Tax"),
        LineKey.CASH_FLOW: _("Cash flow after tax"),
        LineKey.DISCOUNTED: _("The same, discounted"),
        LineKey.RUN_OFF: _("Customers at the end"),
        LineKey.PROFIT: _("Projected profit"),
    }


def line_meanings() -> dict[LineKey, str]:
    """Every line in a sentence."""
    return {
        LineKey.MARGIN_RETAINED: _(
            "The margin of customers at today's revenue, but for what referrals bring: more of them stay, or they are "
            "in segments that spend more."
        ),
        LineKey.MARGIN_REFERRED: _(
            "The margin at today's revenue of customers who come because others recommend, less those who are put off. "
            "It is nothing where the base is held at its size by buying customers; what referrals bring is then "
            "acquisition cost avoided."
        ),
        LineKey.SPEND_UPLIFT: _(
            "What the margin would be lower by if the changes of revenue were left out: the same customers spend more."
        ),
        LineKey.MARGIN: _("Revenue times gross margin."),
        LineKey.REFERRALS: _(
            "What winning customers would cost more if nobody recommended and nobody put prospects off."
        ),
        LineKey.ACQUISITION_OTHER: _(
            "What winning customers would cost if nobody recommended and nobody put prospects off; it falls with every "
            "customer who stays and every one who is brought otherwise."
        ),
        LineKey.ACQUISITION: _("Customers bought times what each of them costs."),
        LineKey.SERVICE: _("Contacts times what a contact costs."),
        LineKey.NOT_CASHABLE: _(
            "The part of the saving per customer that is not paid out, because the people who are free then stay."
        ),
        LineKey.SERVICE_CASHABLE: _("Service cost, of whose saving only what is paid out counts."),
        LineKey.COSTS: _("One-off and running costs, costs per customer touched, and the cost of customers brought."),
        LineKey.BEFORE_TAX: _("Margin, acquisition cost, service cost and costs together."),
        LineKey.TAX: _("The tax rate times the cash flow before tax."),
        LineKey.CASH_FLOW: _("What is left after tax."),
        LineKey.DISCOUNTED: _("The cash flow after tax at its present value."),
        LineKey.RUN_OFF: _(
            "What the customers of the last period are worth until the last of them has left, discounted, after tax."
        ),
        LineKey.PROFIT: _("The discounted cash flow and what the customers at the end are worth."),
    }
