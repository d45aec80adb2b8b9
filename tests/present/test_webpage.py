"""The page of a cycle: well formed, loading nothing, and harmless whatever stands in it."""

import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from msgspec.structs import replace

from paypal_payouts.domain.account import CyclePage, Explained, Send
from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.states import MEANING, BatchStatus, ItemState
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.domain.totals import PaidBefore, Tally, Total
from paypal_payouts.present.html import table_row
from paypal_payouts.present.webpage import webpage
from present import reports

VOID = {"meta", "br", "input"}
HOSTILE = '</table><script>alert("x")</script><img src=x onerror=y>\x1b[2J\u202e&lt;\''


class Reader(HTMLParser):
    """Reads a page strictly: every element must be closed by its own end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def account(**changes: object) -> CyclePage:
    """Make an account with something of everything."""
    cycle = reports.with_errors(reports.status())
    assert isinstance(cycle, StatusReport)
    items = [reports.item("inv-2", ItemState.FAILED), reports.item("inv-3", ItemState.UNRECOGNIZED, raw_state="HATCH")]
    made = {
        "environment": "live",
        "account": "main",
        "written_at": reports.NOON,
        "cycle": cycle.cycles[0],
        "sends": [Send("2026-11-0001-1", attempt) for attempt in reports.batch_status().attempts],
        "explained": [Explained(item, "payee", "The payee has no account.") for item in items],
        "events": reports.audit().events,
    }
    return CyclePage(**(made | changes))  # type: ignore[arg-type]  # the names are checked when it runs


def test_it_tells_totals_fates_failures_and_the_trail() -> None:
    told = " ".join(read("".join(webpage(account()))).text)
    for words in (
        "Environment LIVE, account main",
        "1,247,068.39",
        "98,000",
        "inv-2@example.com",
        "The payee has no account.",
        "the payee",
        "unrecognized (HATCH)",
        "14,000",
        "f0a1",
        "Not owed any more",
        "the batch may be sent, once",
        "canceled at PayPal: the money comes back",
        "payouts retry 2026-11-0002-1 --failed-items",
    ):
        assert words in told, words


def test_it_loads_nothing_and_runs_nothing() -> None:
    page = "".join(webpage(account()))
    reader = read(page)
    assert not reader.seen.keys() & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "a"}
    assert not {name for name in reader.attributes if name.startswith("on")} | (
        reader.attributes & {"src", "href", "srcset", "action"}
    )
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|url\(|@import|//", page)


def test_hostile_text_in_every_field_stays_text() -> None:
    item = reports.item(HOSTILE, ItemState.UNRECOGNIZED, receiver=HOSTILE, raw_state=HOSTILE, error_code=HOSTILE)
    event = AuditEvent(reports.NOON, "c", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, {})
    found = AuditEvent(reports.NOON, "c", "b", None, "p", "items_read", None, None, None, {"items": {HOSTILE: 1}})
    error = ErrorCount(ItemState.FAILED, None, HOSTILE, 1, "us", HOSTILE)
    attempt = replace(reports.batch_status().attempts[0], error_code=HOSTILE, debug_id=HOSTILE)
    cycle = replace(reports.status().cycles[0], errors=[error])
    page = "".join(
        webpage(
            account(
                account=HOSTILE,
                cycle=cycle,
                explained=[Explained(item, "us", HOSTILE)],
                events=[event, found],
                sends=[Send("b", attempt)],
            )
        )
    )
    reader = read(page)
    assert not reader.seen.keys() & {"script", "img"}
    assert "\x1b" not in page
    assert "\u202e" not in page
    shown = HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert sum(text.count(shown) for text in reader.text) == 18


def test_what_is_paid_stands_before_what_to_type() -> None:
    page = "".join(webpage(account()))
    titles = re.findall("<h2>(.*?)</h2>", page)
    assert titles[:2] == ["Totals", "What to do next"]
    paid = page[page.index("<dt>Paid</dt>") : page.index("<dt>Open</dt>")]
    assert re.search(r"[\d,]+ of [\d,]+ items: 98,000 JPY, [\d,.]+ USD|[\d,]+ of [\d,]+ items: [\d,.]+ USD", paid)


def with_tally(tally: Tally) -> CyclePage:
    return account(cycle=reports.cycle_report("2026-11", tally, [reports.batch()]), explained=[])


def test_money_that_is_nowhere_closed_or_beyond_the_debt_has_no_column() -> None:
    states = Counter({ItemState.SUCCESS: 1})
    plain = "".join(webpage(with_tally(Tally(states, [Total("USD", 1, 1000, paid_minor=1000)]))))
    heads = re.findall("<th(?: [^>]*)?>(.*?)</th>", plain[plain.index("<thead>") : plain.index("</thead>")])
    assert heads == ["Currency", "Items", "Amount", "Paid", "Unpaid", "Open", "Unknown", "Fees"]
    total = Total("USD", 1, 1000, paid_minor=1500, closed_minor=200, surplus_minor=700, debited_minor={"EUR": 1400})
    more = "".join(webpage(with_tally(Tally(states, [total]))))
    for words in (
        '<td class="n">7.00</td>',
        ">Closed<",
        ">Surplus<",
        "beyond the amount that is owed",
        total.conversion,
    ):
        assert words in more, words


def test_what_was_sent_without_an_answer_is_unknown_and_not_unsent() -> None:
    review = reports.batch(status=BatchStatus.REVIEW, states={ItemState.UNSENT: 2})
    tally = Tally(Counter({ItemState.UNSENT: 2}), [Total("USD", 2, 2500, unknown_minor=2500)])
    items = [reports.item(f"inv-{n}", ItemState.UNSENT, error_code=None, batch=str(review.record.name)) for n in (1, 2)]
    made = [Explained(item, "us", "It was sent: it may be paid.") for item in items]
    page = "".join(webpage(account(cycle=reports.cycle_report("2026-11", tally, [review]), explained=made)))
    assert "2 items unknown: 25.00 USD. Who acts: we." in page
    assert 'unknown</td><td class="n">2</td>' in page
    assert "unsent" not in page


def test_an_item_that_an_older_payment_paid_is_paid_and_named() -> None:
    paid = {"inv-1": PaidBefore(ItemState.FAILED, "2026-11-0001-1")}
    total = Total("USD", 1, 1000, paid_minor=1000)
    page = "".join(webpage(with_tally(Tally(Counter({ItemState.FAILED: 1}), [total], paid_before=paid))))
    assert "<dd>1 of 1 item: 10.00 USD</dd>" in page
    assert "<p>inv-1 was paid by 2026-11-0001-1.</p>" in page


def test_it_says_where_no_money_moves_and_what_is_doubtful() -> None:
    cycle = replace(reports.status().cycles[0], warnings=[Notice("sent_unknown", "Batches <b> are unknown here.")])
    assert "no real money" not in "".join(webpage(account()))
    page = "".join(webpage(account(environment="simulator", cycle=cycle)))
    assert "<strong>SIMULATOR: no real money moves.</strong>" in page
    assert "<strong>Warning: Batches &lt;b&gt; are unknown here.</strong>" in page


def test_a_reader_can_have_the_largest_amounts_of_a_group_first() -> None:
    amounts = {"a": (5, "USD"), "b": (6_000_000, "USD"), "c": (900, "JPY"), "d": (20, "EUR"), "e": (15_000_000, "JPY")}
    made = [
        Explained(reports.item(name, ItemState.FAILED, amount_minor=minor, currency=code), "us", "No.")
        for name, (minor, code) in amounts.items()
    ]
    alone = Explained(reports.item("f", ItemState.RETURNED), "payee", "It came back.")
    page = "".join(webpage(account(explained=[*made, alone])))
    rows = re.findall(r'<tr style="order:(-?\d+)"><td>(.)</td>', page)
    assert [name for _, name in rows] == list("abcdef"), "as long as nobody asks they come by item"
    assert [name for _, name in sorted(rows[:5], key=lambda row: int(row[0]))] == ["d", "e", "c", "b", "a"]
    assert all(abs(int(order)) < 2**31 for order, _ in rows), "a browser knows no larger number"
    assert page.count('type="radio"') == 2, "one row has no order"


def test_no_name_and_no_time_is_cut_in_its_middle() -> None:
    long = f"{'x' * 60}@example.com"
    row = table_row(["A", "#B", "C", "D", "E", "F"], ["in_flight", "1.00", "2026-11-27 09:00:00Z", long, "", "a " * 20])
    assert re.findall(r"<td(?: class=\"(.)\")?>", row) == ["w", "n", "d", "l", "", "p"]


def test_what_there_is_nothing_of_is_said() -> None:
    page = "".join(webpage(account(explained=[], events=[], sends=[])))
    assert page.count("<p>None.</p>") == 3
    read(page)


def test_thousands_of_rows_pass_in_flat_memory() -> None:
    def rows() -> Iterator[Explained]:
        return (Explained(reports.item(f"inv-{n}", ItemState.FAILED), "us", "No.") for n in range(10_000))

    tracemalloc.start()
    written = sum(map(len, webpage(account(explained=rows()))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (written > 1_000_000, peak < 4_000_000) == (True, True)


def test_what_is_not_paid_comes_in_groups_ours_and_the_largest_first() -> None:
    failed = [reports.item(f"é-{n}", ItemState.FAILED, amount_minor=100_000, error_code="LOCKED") for n in range(3)]
    made = [
        Explained(failed[0], "payee", "The account is locked."),
        Explained(reports.item("held", ItemState.ONHOLD, error_code=None), "paypal", "PayPal reviews it."),
        Explained(reports.item("unsent", ItemState.UNSENT, error_code=None), "us", "It was not sent yet."),
        *(Explained(item, "payee", "The account is locked.") for item in failed[1:]),
        Explained(reports.item("yen", ItemState.FAILED, currency="JPY", error_code="LIMIT"), "payee", "Too much."),
    ]
    page = "".join(webpage(account(explained=made)))
    read(page)
    titles = [unescape(title) for title in re.findall("<summary>(.*?)</summary>", page)]
    assert titles == [
        "1 item unsent: 12.50 USD. Who acts: we.",
        "3 items failed, LOCKED: 3,000.00 USD. Who acts: the payee.",
        "1 item failed, LIMIT: 1,250 JPY. Who acts: the payee.",
        "1 item onhold: 12.50 USD. Who acts: PayPal.",
    ]
    group = page[page.index("3 items failed") :]
    assert re.findall("<td>(é-.)</td>", group[: group.index("</details>")]) == ["é-0", "é-1", "é-2"]
    assert page.count("<details open>") == len(titles), "what is closed is not printed"


def test_it_is_light_or_dark_as_its_reader_wishes_and_light_on_paper() -> None:
    style = re.findall("<style>(.*?)</style>", "".join(webpage(account())), re.DOTALL)[0]
    assert ":root{color-scheme:light dark;" in style
    light = re.findall(r"--ink:#1b1b1b;[^}]*", style)
    assert len(light) == 2
    assert style.index("prefers-color-scheme:dark") < style.index("@media print{:root{color-scheme:light;")
    assert "@page{" in style
    assert "size:" not in style.replace("font-size:", ""), "the paper is the printer's"
    assert {*re.findall("(--[a-z]+):#", style)} == {colour.strip("()") for colour in re.findall(r"\(--[a-z]+\)", style)}


def test_each_state_has_a_colour_of_its_own() -> None:
    assert len({MEANING[state].colour for state in ItemState}) == len(ItemState)
