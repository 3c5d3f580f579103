"""Budgets of calls, by a clock that the test moves."""

from __future__ import annotations

from adapters.slack.pace import Budget


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_no_minute_has_more_calls_than_the_tier_allows() -> None:
    """Whoever asks all the time gets a little less than the allowance, in whichever 60 seconds one counts."""
    clock = Clock()
    budget = Budget(20, clock)
    taken = []
    for _ in range(2400):
        taken += [clock.now] if budget.take() else []
        clock.now += 0.1
    assert max(sum(begin <= at < begin + 60 for at in taken) for begin in taken) == 18
    assert len(taken) == 18 * 4


def test_the_wait_is_until_the_next_call() -> None:
    """After that time a call can be taken, and not before."""
    clock = Clock()
    budget = Budget(60, clock)
    assert budget.wait() == 0
    while budget.take():
        clock.now += 0.5
    wait = budget.wait()
    assert 0 < wait < 60
    clock.now += wait - 0.01
    assert not budget.take()
    clock.now += 0.02
    assert budget.take()


def test_a_refusal_empties_the_budget() -> None:
    """Slack's word counts for more than one's own counting."""
    clock = Clock()
    budget = Budget(60, clock)
    budget.refused()
    assert not budget.take()
    clock.now += 16
    assert budget.take()


def test_two_calls_that_belong_together_are_taken_together_or_not_at_all() -> None:
    """And one that turns out to be needless can be had again."""
    clock = Clock()
    budget = Budget(4, clock)
    assert budget.take(2)
    assert not budget.take(2)
    budget.give_back()
    assert budget.take(2)
    assert not budget.take()
