"""Figures with their goals, and the table of them."""

from dataclasses import dataclass

OK, ABOVE = "ok", "над целью"


@dataclass(frozen=True)
class Figure:
    """`ratio` compares with the bare echo of the same run; a goal is met from its own side."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    goal: float | None = None
    goal_of_ratio: bool = False
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        measured = self.ratio if self.goal_of_ratio else self.value
        if self.goal is None or measured is None:
            return None
        return measured >= self.goal if self.at_least else measured <= self.goal

    @property
    def goal_text(self) -> str:
        if self.goal is None:
            return "-"
        unit = "F" if self.goal_of_ratio else self.unit
        return f"{'≥' if self.at_least else '≤'} {number(self.goal)} {unit}"

    @property
    def mark(self) -> str:
        return {True: OK, False: ABOVE, None: ""}[self.is_met]

    def row(self) -> list[str]:
        ratio = "-" if self.ratio is None else number(self.ratio)
        return [self.name, f"{number(self.value)} {self.unit}", ratio, self.goal_text, self.mark]

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "ratio_to_echo": self.ratio,
            "goal": self.goal_text,
            "met": self.is_met,
        }


def number(value: float) -> str:
    """Three significant digits and no exponent."""
    if value and abs(value) < 1:
        return f"{value:.3f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: list[Figure]) -> str:
    rows = [["figure", "measured", "÷ echo", "goal", ""], *(figure.row() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
