"""Receipts in words: one under the list, one a line, one as the title of a page. Pure."""

from datetime import date, datetime, timedelta

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.receipts import Kept
from broker_tui.domain.views import Receipt
from broker_tui.i18n import _, causes, change_words, ngettext, words
from broker_tui.i18n.format import clock, short_date
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.row_source import Row
from broker_tui.widgets.spans import EMPTY, Line, blank, ends, join, line, width


def ago(at: datetime, today: date) -> str:
    """`9.43` today, `yesterday 16.12`, otherwise the date with the time."""
    local = at.astimezone(DENMARK)
    if local.date() == today:
        return clock(local)
    if local.date() == today - timedelta(days=1):
        return _("yesterday {time}").format(time=clock(local))
    return f"{short_date(local.date())} {clock(local)}"


def receipt(found: Receipt | None, today: date, cells: int) -> tuple[Line, ...]:
    """The last receipt."""
    if found is None:
        return ()
    head = line((_("Receipt"), "strong"), blank(2), (ago(found.at, today), "muted"))
    number = line((_("no. {number}").format(number=found.number), "muted"))
    return ends(head, number, cells), join(counts(found, cells), 3)


def counts(found: Receipt, cells: int | None = None) -> list[Line]:
    """What a sync did, part by part; in one line of `cells` without the bytes when there is no room."""
    parts = [
        line((f"{glyph('ok')} ", "ok"), _("{count} sent and confirmed").format(count=found.acknowledged)),
        line((f"{glyph('received')} ", "accent"), _("{count} received").format(count=found.received)),
    ]
    if found.conflicts:
        text = ngettext("{count} difference", "{count} differences", found.conflicts).format(count=found.conflicts)
        parts.append(line((f"{glyph('conflict')} ", "warn"), text))
    if found.late:
        text = ngettext("{count} sent after the hand-over", "{count} sent after the hand-over", found.late)
        parts.append(line((f"{glyph('received')} ", "warn"), text.format(count=found.late)))
    if found.refused:
        parts.append(line((f"{glyph('refused')} ", "err"), _("{count} refused").format(count=len(found.refused))))
    if found.mended:
        text = ngettext("{count} case fetched anew", "{count} cases fetched anew", found.mended)
        parts.append(line((f"{glyph('received')} ", "accent"), text.format(count=found.mended)))
    if found.unnamed:
        text = ngettext("{count} the hub does not know", "{count} the hub does not know", found.unnamed)
        parts.append(line((f"{glyph('missing')} ", "warn"), text.format(count=found.unnamed)))
    if found.outcome != "ok":
        parts.append(line((f"{glyph('missing')} ", "muted"), _("ended early")))
    if found.bytes_up or found.bytes_down:
        up, down = change_words.size(found.bytes_up), change_words.size(found.bytes_down)
        traffic = line((f"{glyph('unsent')} {up}  {glyph('received')} {down}", "muted"))
        if cells is None or width(join([*parts, traffic], 3)) <= cells:  # left out rather than cut
            parts.append(traffic)
    return parts


def receipt_line(found: Receipt, today: date, cells: int) -> Line:
    """One receipt on one line."""
    ok = found.outcome == "ok" and not found.refused
    sign = line((f"{glyph('ok' if ok else 'missing')} ", "ok" if ok else "muted"))
    counts = line(
        (f"{glyph('unsent')} {found.acknowledged}", "text"), blank(2), (f"{glyph('received')} {found.received}", "text")
    )
    when = sign + line((ago(found.at, today), "text"))
    number = line("  ", (found.number, "muted"))
    whole = width(when) + width(number) + width(counts) + 2 <= cells  # a number is left out rather than cut
    return ends(when + number if whole else when, counts, cells)


def kept_columns() -> Columns:
    """When, number, sent, received, what."""
    return Columns(
        (
            Column("when", _("When"), width=14),
            Column("number", _("Receipt"), width=15),
            Column("sent", _("Sent"), width=6, align="right"),
            Column("came", _("Received"), width=8, align="right", drop=1),
            Column("what", _("What"), min_width=18),
        )
    )


def kept_row(found: Kept, today: date) -> Row:
    """One receipt: when, number, what it covers, what came in."""
    run, pushed = found.run, found.pushed
    ok = run is None or (run.outcome == "ok" and not run.refused)
    covered = pushed.kinds if pushed else ()
    kinds = ", ".join(f"{words.record_type(name)} {count}" for name, count in covered)
    why = causes.explain(run.outcome).title if run is not None and run.outcome != "ok" else ""
    cells = {
        "when": line((ago(found.at, today), "text")),
        "number": line((found.number, "text")) if pushed else line((_("nothing sent"), "muted")),
        "sent": line((str(pushed.items), "text")) if pushed else EMPTY,
        "came": line((str(run.received), "text")) if run is not None and run.received else EMPTY,
        "what": line((kinds or why, "muted")),
    }
    return Row(found.number, cells, sign=glyph("ok" if ok else "missing"), sign_role="ok" if ok else "muted")


def receipt_title(found: Kept, today: date) -> Line:
    """Time and number of a receipt."""
    number = line((_("no. {number}").format(number=found.number), "muted")) if found.pushed is not None else EMPTY
    return line((_("Receipt"), "strong"), blank(2), (ago(found.at, today), "muted"), blank(3)) + number


def counts_line(found: Receipt, cells: int) -> Line:
    """What a sync did, on one line."""
    return join(counts(found, cells), 3)
