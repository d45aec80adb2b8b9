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
h1{{margin:0 0 .2rem;font-size:1.7em}}h2{{margin:1.8em 0 .5em;font-size:1.2em;border-bottom:1px solid var(--strong)}}
p{{margin:.3rem 0}}dl{{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:1rem 0}}
dt{{font-weight:600}}dd{{margin:0}}code{{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}}
details{{margin:.8rem 0}}summary{{font-weight:600;cursor:pointer}}h1,p,dd,summary{{overflow-wrap:anywhere}}
.t{{overflow-x:auto}}table{{border-collapse:collapse;font-size:13px}}
th,td{{text-align:left;vertical-align:top;padding:.25rem .7rem .25rem .5rem;border-bottom:1px solid var(--line)}}
th{{background:var(--head)}}td.n,th.n,td.w{{white-space:nowrap}}td.n,th.n{{text-align:right;
font-variant-numeric:tabular-nums}}td.l{{overflow-wrap:anywhere;min-width:18em}}
td.d{{min-width:6em}}td.p{{min-width:10em}}
table.even{{table-layout:fixed;width:100%;min-width:52em}}table.even td{{overflow-wrap:anywhere}}
table.even .n{{width:12em;box-sizing:border-box}}
.mark{{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border:1px solid var(--strong)}}
.choice{{margin:0 .3rem 0 0;vertical-align:middle}}.sort{{margin-right:1rem;font-size:13px}}
.when{{margin:.6rem 3rem;font-size:12px}}.when p{{margin:.15rem 0 0}}.axis,.lane{{position:relative}}
.axis{{height:2.9em;border-bottom:1px solid var(--strong)}}.lane{{height:.9em;background:var(--head)}}
.axis span{{position:absolute;bottom:0;transform:translateX(-50%);padding-bottom:.4em;line-height:1.2;text-align:center;
white-space:nowrap}}.axis span:after{{content:"";position:absolute;left:50%;bottom:0;height:.35em;
border-left:1px solid var(--ink)}}
.lane i{{position:absolute;top:0;bottom:0;box-sizing:border-box;min-width:3px}}
.bar{{background:#3a7bbf}}.open{{border:2px dashed #3a7bbf}}.send{{width:3px;margin-left:-1px;background:var(--ink)}}
@media screen{{.largest:checked~.t thead,.largest:checked~.t tbody{{display:flex;flex-direction:column}}
.largest:checked~.t table{{display:block}}
.largest:checked~.t tr{{display:grid;grid-template-columns:1fr 1fr 12em 1fr}}}}
@media screen and (max-width:60rem){{th,td{{padding-right:.5rem}}}}
@page{{margin:12mm}}
@media print{{:root{{color-scheme:light;{_LIGHT}}}body{{margin:0;padding:0;max-width:none;font-size:11px}}
table{{font-size:9.5px}}td,th{{padding:.15rem .3rem}}table.many{{font-size:8px}}table.many .n{{padding:.15rem .2rem}}
td.l{{min-width:10em}}
table.even{{min-width:0}}table.even .n{{width:11em}}.t{{overflow:visible}}.sort,.choice{{display:none}}
.when{{font-size:9px}}thead{{display:table-header-group}}
tr,.when div,.when p{{break-inside:avoid}}.axis,.when p{{break-after:avoid}}
h2,summary,summary~p,.key{{break-after:avoid}}}}
.mark,th,.lane,.lane i{{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""
"""Printed, a page is light, on whatever paper there is: A4 and Letter differ in nothing that is set here.

Tables of items have columns of equal width (`even`), which a browser knows without measuring every cell: that is what
makes thousands of rows slow to lay out and to cut into pages. In every other table no name
is cut and no date: `w` is a cell of one short word, `l` one with a word so long that it may have to be cut, `d` a few
words such as a time, `p` a sentence.
"""
_SHORT: Final = 24
"""A word of so many letters has room in a column, also on paper."""
_FEW: Final = 10
"""Beyond so many columns letters are smaller on paper."""
_DOUBT: Final = "#111"
"""The colour of items that may be paid, though PayPal has not said so."""
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
        yield table_row(headers, cells, mark=_mark(cells[0]) if marks else "")
    yield TABLE_END


TABLE_END: Final = "</tbody></table></div>\n"


def table_head(headers: Sequence[str], *, even: bool = False) -> str:
    """Begin a table, which moves by itself where it is wider than the screen; `even`: with columns of equal width."""
    heads = "".join(f"<th{_class(header)}>{html_text(header.lstrip('#'))}</th>" for header in headers)
    of_class = ' class="even"' if even else ' class="many"' if len(headers) > _FEW else ""
    return f'<div class="t"><table{of_class}><thead><tr>{heads}</tr></thead><tbody>\n'


def table_row(headers: Sequence[str], cells: Sequence[str], *, mark: str = "") -> str:
    """Write one row below these headers, with a mark before its first word."""
    written = (
        f"<td{_class(header, cell)}>{'' if number else mark}{html_text(cell)}</td>"
        for number, (header, cell) in enumerate(zip(headers, cells, strict=True))
    )
    return f"<tr>{''.join(written)}</tr>\n"


def even_row(headers: Sequence[str], cells: Sequence[str], *, order: int) -> str:
    """Write one row of a table of columns of equal width; `order`: its place where a reader sorts the table."""
    written = (f"<td{_class(header)}>{html_text(cell)}</td>" for header, cell in zip(headers, cells, strict=True))
    return f'<tr style="order:{order}">{"".join(written)}</tr>\n'


def _class(header: str, cell: str = "") -> str:
    if header.startswith("#"):
        return ' class="n"'
    if max(map(len, cell.split()), default=0) > _SHORT:
        return ' class="l"'
    if " " in cell:
        return ' class="p"' if len(cell) > _SHORT else ' class="d"'
    return ' class="w"' if cell else ""


def _mark(state: str) -> str:
    colour = MEANING[ItemState(state)].colour if state in set(ItemState) else _DOUBT
    return f'<span class="mark" style="background:{colour}"></span>'
