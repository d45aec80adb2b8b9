"""What a shell completes: cycles, batches, states. Whatever goes wrong, nothing is offered and nothing is said."""

from collections.abc import Callable, Iterable

import typer

from paypal_payouts.cli import actions
from paypal_payouts.domain.moves import goals_by_hand
from paypal_payouts.domain.states import ItemState, Money


def complete_cycles(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the cycles of the database, the newest first, then those that only have a file."""
    return _offered(lambda: actions.completion.cycles(ctx.params.get("config"), incomplete))


def complete_batches(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the batches of every cycle that the word may still mean, those of the newest cycle first."""
    return _offered(lambda: actions.completion.batches(ctx.params.get("config"), incomplete))


def complete_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the cycles, then the batches that the word may still mean."""
    return [*complete_cycles(ctx, incomplete), *complete_batches(ctx, incomplete)]


def complete_states(incomplete: str) -> list[str]:
    """Offer the states of items, and the columns of the totals."""
    return [word for word in dict.fromkeys([*map(str, ItemState), *map(str, Money)]) if word.startswith(incomplete)]


def complete_moves(incomplete: str) -> list[str]:
    """Offer where a batch or an item may be moved to by hand."""
    goals = dict.fromkeys([*goals_by_hand("batch"), *goals_by_hand("item")])
    return [goal for goal in goals if goal.startswith(incomplete)]


def _offered(names: Callable[[], Iterable[str]]) -> list[str]:
    try:
        return list(names())
    except Exception:  # noqa: BLE001 - a person is in the middle of a line: nothing may be written into it
        return []
