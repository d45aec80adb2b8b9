"""`audit`: the newest rows of the trail, and whether there are more."""

import pytest
from support.world import World

from paypal_payouts.domain.audit import AuditReport
from paypal_payouts.verbs.audit import audit

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,EUR"]


@pytest.mark.parametrize("which", [{"cycle": "c"}, {"cycle": None}, {"cycle": None, "batch": "c-0001-1"}])
def test_the_newest_rows_are_shown_the_oldest_of_them_first(world: World, which: dict[str, str | None]) -> None:
    world.run(ROWS)
    with world.store() as store:

        def shown(limit: int) -> AuditReport:
            report = audit(which.get("batch"), cycle=which["cycle"], store=store, limit=limit).report
            assert isinstance(report, AuditReport)
            return report

        whole = shown(1000)
        assert not whole.has_older
        assert len(whole.events) >= 3
        assert list(whole.events) == store.audit.events(cycle=which["cycle"], batch=which.get("batch"))
        for limit in (1, 2, len(whole.events)):
            assert list(shown(limit).events) == list(whole.events)[-limit:]
            assert shown(limit).has_older is (limit < len(whole.events))
