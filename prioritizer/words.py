"""Figures as people read them: three significant digits with a word, chances out of a hundred, years."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from prioritizer.language import _

DIGITS = 3
MOST_DECIMALS = 6
NOTHING = "–"


class Scale(NamedTuple):
    """What amounts are divided by to be read, and the word for it; the word is empty for single units."""

    divisor: float
    word: str


def scale_of(amounts: Iterable[float]) -> Scale:
    """The scale on which the largest of some amounts has one to four digits before the point."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    for divisor, word in ((1e9, _("billion")), (1e6, _("million")), (1e3, _("thousand"))):
        if largest >= 2 * divisor:
            return Scale(divisor, word)
    return Scale(1.0, "")


def money(amount: float, currency: str) -> str:
    """An amount with its unit: "62.7 million RUB"."""
    scale = scale_of([amount])
    return " ".join(part for part in (figure(amount / scale.divisor), scale.word, currency) if part)


SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "KZT": "₸", "UAH": "₴", "INR": "₹", "TRY": "₺", "JPY": "¥"}


def day(at: str) -> str:
    """The day of a moment that is written like 2027-01-31T09:30:00.000000Z."""
    return at[:10]


def moment(at: str) -> str:
    """A moment that is written like 2027-01-31T09:30:00.000000Z, to the minute."""
    return _("{day}, {time} UTC").format(day=at[:10], time=at[11:16])


def sign(currency: str) -> str:
    """The sign of a currency where it has one that everybody knows, else its code."""
    return SIGNS.get(currency, currency)


def unit_of(scale: Scale, currency: str) -> str:
    """The unit of amounts on a scale: "million RUB"."""
    return " ".join(part for part in (scale.word, currency) if part)


def figure(number: float | None) -> str:
    """A number with three significant digits, never in powers of ten."""
    if number is None:
        return NOTHING
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else NOTHING
    rounded = round(number, _decimals(number))  # may have one digit more before the point: 9.999 → 10.0
    return "0" if rounded == 0 else f"{rounded:,.{_decimals(rounded)}f}".replace("-", "−")


def count(number: float | None) -> str:
    """A number with three significant digits and no zeros behind them: "6", "1.5"."""
    text = figure(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_column(number: float | None) -> str:
    """A number as it stands in a column below others: whole from a hundred on, with one decimal below."""
    if number is None or not math.isfinite(number):
        return NOTHING
    return f"{number:z,.{0 if abs(number) >= 99.95 else 1}f}".replace("-", "−")


def _decimals(number: float) -> int:
    """Digits behind the point that three significant ones need, at most six."""
    return min(max(0, DIGITS - 1 - math.floor(math.log10(abs(number)))), MOST_DECIMALS)


def money_range(low: float | None, high: float | None, scale: Scale) -> str:
    """A range on a scale: "21.0 to 118"."""
    if low is None or high is None:
        return NOTHING
    return _("{low} to {high}").format(low=figure(low / scale.divisor), high=figure(high / scale.divisor))


def chance(probability: float | None) -> str:
    """A probability in hundredths: "4 in 100"; never "0 in 100" for what can happen."""
    if probability is None:
        return NOTHING
    if 0 < probability <= 0.005:
        return _("under 1 in 100")
    if 0.995 <= probability < 1:
        return _("over 99 in 100")
    return _("{count} in 100").format(count=round(probability * 100))


def percent(share: float | None) -> str:
    """A share or a return in percent."""
    return NOTHING if share is None else f"{share * 100:z,.0f} %".replace("-", "−")


def share(fraction: float | None) -> str:
    """A share in percent with one decimal."""
    return NOTHING if fraction is None else f"{fraction * 100:z,.1f} %".replace("-", "−")


def rate(fraction: float) -> str:
    """A rate that somebody set, in percent: with one decimal where it has any, so that 12.5 % does not read 12 %."""
    return percent(fraction) if round(fraction * 100, 6).is_integer() else share(fraction)


def people(count: float | None) -> str:
    """A number of customers with three significant digits: "18,400"."""
    if count is None or not math.isfinite(count):
        return NOTHING
    digits = 0 if count == 0 else max(0, math.floor(math.log10(abs(count))) - DIGITS + 1)
    return f"{round(count, -digits):z,.0f}".replace("-", "−")


def points(nps: float | None) -> str:
    """A Net Promoter Score with its sign and one decimal."""
    return NOTHING if nps is None else f"{nps:+z.1f}".replace("-", "−").replace("+0.0", "0.0")


def years(number: float | None) -> str:
    """A span of time in years with one decimal."""
    return NOTHING if number is None else f"{number:.1f}"
