"""A few schedules in which PayPal changes its word later: few enough to be played against a known-bad variant, too."""

import pytest

from simulation.hosts import Hosts
from simulation.later import generate_with
from simulation.play import Player
from simulation.slices import in_words

FEW = range(15)


@pytest.mark.parametrize("kinds", [("words", "totals")], ids="+".join)
def test_a_few_schedules_keep_every_promise(hosts: Hosts, kinds: tuple[str, ...]) -> None:
    for seed in FEW:
        played = Player(hosts, generate_with(kinds, seed)).play()
        assert played.wrong is None, in_words(played)
