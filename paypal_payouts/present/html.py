"""What pages are made of: one head that loads nothing, escaped text, sections, tables; light, dark and printed.

Every text, ours too, is made visible and escaped in one place.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain
from typing import Final

from paypal_payouts.domain.states import MEANING, ItemState
from paypal_payouts.present.text import visible

_LIGHT: Final = "--ink:#1b1b1b;--paper:#fff;--line:#ddd;--strong:#bbb;--head:#f2f2f2"
_DARK: Final = "--ink:#e6e6e6;--paper:#161616;--line:#383838;--strong:#666;--head:#262626"
_STYLE: Final = f"""
:root{{color-scheme:light dark;{_LIGHT}}}
@media (prefers-color-scheme:dark){{:root{{{_DARK}}}}}
body{{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:70rem;margin:2rem auto;
padding:0 1rem}}
h1{{margin:0 0 .2rem;font-size:1.6rem}}h2{{margin:2rem 0 .5rem;font-size:1.15rem;border-bottom:1px solid var(--strong)}}
p{{margin:.3rem 0}}dl{{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:1rem 0}}
dt{{font-weight:600}}dd{{margin:0}}code{{font:13px ui-monospace,monospace;overflow-wrap:anywhere}}
details{{margin:.8rem 0}}summary{{font-weight:600;cursor:pointer}}
table{{border-collapse:collapse;width:100%;font-size:13px}}th,td{{text-align:left;vertical-align:top;
padding:.25rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:5.5em}}
th{{background:var(--head);overflow-wrap:normal}}
td.n,th.n{{min-width:0;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}}
table.even{{table-layout:fixed}}table.even .n{{width:11em}}
.mark{{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border:1px solid var(--strong)}}
@media screen and (max-width:60rem){{table{{display:block;overflow-x:auto}}}}
@page{{margin:12mm}}
@media print{{:root{{color-scheme:light;{_LIGHT}}}body{{margin:0;padding:0;max-width:none;font-size:11px}}
table{{font-size:9.5px}}td,th{{min-width:0;padding:.15rem .3rem}}table.even .n{{width:9em}}
thead{{display:table-header-group}}h2,summary{{break-after:avoid}}}}
.mark,th{{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""
"""Printed, a page is light, on whatever paper there is: A4 and Letter differ in nothing that is set here.

Tables of items have columns of equal width (`even`), which a browser knows without measuring every cell: that is what
makes thousands of rows slow to lay out and to cut into pages.
"""
_LOADS_NOTHING: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page_head(title: str) -> str:
    """Begin a page that loads nothing; what follows ends with `</body></html>`."""
    title = html_text(title)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_LOADS_NOTHING}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n"
    )


def html_text(text: str) -> str:
    """Make a text visible, and write it so that no browser takes a part of it for anything else."""
    return escape(visible(text))


def section(title: str, pieces: Iterable[str]) -> Iterator[str]:
    """Write a heading, and what stands below it."""
    yield f"<h2>{html_text(title)}</h2>\n"
    yield from pieces


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, marks: bool = False) -> Iterator[str]:
    """Write a table, or that there is nothing to tell; a header that begins with # stands above numbers.

    With `marks`, the first column holds states, each beside its colour.
    """
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        yield "<p>None.</p>\n"
        return
    yield table_head(headers)
    for cells in chain([first], remaining):
        row = table_row(headers, cells)
        yield row.replace("<td>", f"<td>{_mark(cells[0])}", 1) if marks else row
    yield TABLE_END


TABLE_END: Final = "</tbody></table>\n"


def table_head(headers: Sequence[str], *, even: bool = False) -> str:
    """Begin a table; `even`: of many rows, with columns of equal width."""
    heads = "".join(f"<th{_class(header)}>{html_text(header.lstrip('#'))}</th>" for header in headers)
    of_class = ' class="even"' if even else ""
    return f"<table{of_class}><thead><tr>{heads}</tr></thead><tbody>\n"


def table_row(headers: Sequence[str], cells: Sequence[str]) -> str:
    """Write one row below these headers."""
    written = (f"<td{_class(header)}>{html_text(cell)}</td>" for header, cell in zip(headers, cells, strict=True))
    return f"<tr>{''.join(written)}</tr>\n"


def _class(header: str) -> str:
    return ' class="n"' if header.startswith("#") else ""


def _mark(state: str) -> str:
    return f'<span class="mark" style="background:{MEANING[ItemState(state)].colour}"></span>'
