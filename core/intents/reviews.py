"""How the week was, in words and a small chart."""

from __future__ import annotations

from core.tasks import Week

_WIDEST = 20
_BAR = "█"


def review(week: Week) -> str:
    """Markdown: a sentence, a bar a day, and what lies ahead."""
    best = max(count for _, count in week.done)
    lines = [f"**Your week:** {_tasks(week.total)} done, {week.added:,} added.", ""]
    if best:
        width = len(f"{best:,}")
        lines += ["```"]
        for day, count in week.done:
            bar = _BAR * (max(1, round(count * min(_WIDEST, best) / best)) if count else 0)
            lines.append(f"{day:%a} {day.day:>2}  {count:>{width},}  {bar}".rstrip())
        lines += ["```", ""]
    lines.append(f"{_tasks(week.overdue).capitalize()} overdue, {week.ahead:,} due in the next seven days.")
    if week.total and not week.overdue:
        lines[-1] += " Well done."
    return "\n".join(lines)


def _tasks(count: int) -> str:
    return {0: "nothing", 1: "one task"}.get(count, f"{count:,} tasks")
