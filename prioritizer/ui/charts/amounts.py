"""How a chart writes its numbers: one scale and one number of decimals for all of them."""

import math
from collections.abc import Iterable
from typing import NamedTuple, Self

from prioritizer.words import DIGITS, Scale, scale_of


class Amounts(NamedTuple):
    """Writes amounts that were given in single units; the largest of them gets three significant digits."""

    scale: Scale
    decimals: int
    currency: str

    @classmethod
    def of(cls, amounts: Iterable[float], currency: str = "") -> Self:
        """The way to write some amounts, of money or, without a currency, of anything else."""
        known = list(amounts)
        scale = scale_of(known)
        largest = max((abs(amount) / scale.divisor for amount in known), default=0.0)
        return cls(scale, decimals_of(largest), currency)

    @property
    def unit(self) -> str:
        """ "million ₽", and nothing for single units of what has no currency."""
        return "\u00a0".join(part for part in (self.scale.word, self.currency) if part)

    def scaled(self, amount: float) -> float:
        return amount / self.scale.divisor

    def figure(self, amount: float) -> str:
        """ "−31.1"; what would read as zero but is not keeps one digit: "0.04"."""
        return written(self.scaled(amount), self.decimals)

    def change(self, amount: float) -> str:
        """The figure with its sign: "+31.1"."""
        return signed(self.scaled(amount), self.decimals)

    def with_unit(self, amount: float) -> str:
        """ "62.7 million ₽"."""
        return "\u00a0".join(part for part in (self.figure(amount), self.unit) if part)

    def in_full(self, amount: float) -> str:
        """ "62,712,345 ₽"; what is below a thousand is written with three digits."""
        figure = written(amount, decimals_of(abs(amount)))
        return f"{figure}\u00a0{self.currency}" if self.currency else figure


def decimals_of(largest: float) -> int:
    """Decimals that show a number with three significant digits, at most six."""
    if not math.isfinite(largest) or largest <= 0:
        return 0
    digits_before_point = math.floor(math.log10(largest)) + 1
    return min(max(0, DIGITS - digits_before_point), 6)


def written(number: float, decimals: int) -> str:
    """A number with its decimals, and one digit of one that would read as zero."""
    rounded = round(number, decimals)
    if rounded == 0 and number != 0:
        first_digit = min(6, -math.floor(math.log10(abs(number))))
        return written(round(number, first_digit), first_digit) if round(number, first_digit) else "0"
    return f"{rounded:z,.{decimals}f}".replace("-", "−")


def signed(number: float, decimals: int) -> str:
    """A number with its sign; zero has none."""
    figure = written(number, decimals)
    return f"+{figure}" if number > 0 and figure != "0" else figure
