"""What was measured: figures with their goals, as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure's goal: at most so many of its unit, below that, or at least so many."""

    bound: float
    strictly: bool = False
    """Whether the figure has to stay below it."""
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether the value reaches the goal."""
        if self.at_least:
            return value >= self.bound
        return value < self.bound if self.strictly else value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "<" if self.strictly else "≤"
        return f"{sign} {shown(self.bound)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one row."""

    row: str
    what: str
    value: float
    unit: str
    goal: Goal | None = None
    note: str = ""
    """How it came about, in a few words."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """For the JSON alone."""

    @property
    def ok(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        return self.goal.met(self.value) if self.goal else None

    def as_json(self) -> dict[str, object]:
        """The figure with everything that is known about it."""
        return {
            "row": self.row,
            "figure": self.what,
            "value": self.value,
            "unit": self.unit,
            "goal": str(self.goal) if self.goal else None,
            "ok": self.ok,
            "note": self.note,
            **({"detail": dict(self.detail)} if self.detail else {}),
        }


def shown(value: float) -> str:
    """The number with as many digits as matter."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value < 10 else f"{value:.1f}"


def table(figures: Sequence[Figure], title: str) -> Table:
    """The figures under their rows; a goal that is missed says so."""
    drawn = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    drawn.add_column("row", no_wrap=True)
    drawn.add_column("figure")
    drawn.add_column("value", justify="right", no_wrap=True)
    drawn.add_column("unit", no_wrap=True)
    drawn.add_column("goal", no_wrap=True)
    drawn.add_column("ok?", no_wrap=True)
    drawn.add_column("how", style="dim")
    before = ""
    for figure in figures:
        verdict = {None: "", True: "[green]yes[/]", False: "[bold red]MISSED[/]"}[figure.ok]
        goal = str(figure.goal) if figure.goal else ""
        row = figure.row if figure.row != before else ""
        if before and row:
            drawn.add_section()
        drawn.add_row(row, figure.what, shown(figure.value), figure.unit, goal, verdict, figure.note)
        before = figure.row
    return drawn
