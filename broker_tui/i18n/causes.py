"""Why a sync could not go on or a change was refused, in the broker's words: what is wrong and what to do.

`sync` speaks in stable codes (`sync.errors.Cause`, codes of problem documents); here they get their sentences. A code
of a newer hub is shown with the hub's own English words rather than not at all.
"""

from dataclasses import dataclass

from broker_tui.domain.views import RefusedRow
from broker_tui.i18n import N_, _


@dataclass(frozen=True, slots=True)
class Explained:
    """What happened, whether anything is lost, and what to do about it; one sentence each."""

    title: str
    detail: str
    action: str


_SAFE = N_("Everything you saved is on this laptop.")
_NOTHING = N_("You need to do nothing: it is tried again by itself.")

_CAUSES: dict[str, tuple[str, str, str]] = {
    "no_connection": (N_("No connection to the hub."), _SAFE, _NOTHING),
    "timed_out": (N_("The hub did not answer in time."), _SAFE, _NOTHING),
    "not_the_hub": (
        N_("Something else answered instead of the hub, as a hotel's or train's login page does."),
        _SAFE,
        N_("Log in to the network in a browser, then sync again."),
    ),
    "cut_short": (
        N_("The line broke in the middle of an answer."),
        N_("Nothing of the broken answer was used."),
        _NOTHING,
    ),
    "too_large": (
        N_("An answer or a change is larger than allowed."),
        N_("Nothing of it was used."),
        N_("Tell the hub's administrator."),
    ),
    "tls": (
        N_("The hub's certificate cannot be trusted here."),
        N_("Nothing was sent."),
        N_("Check the network you are on; if it is the office's own, tell your IT department."),
    ),
    "busy": (N_("The hub is busy."), _SAFE, _NOTHING),
    "broken": (
        N_("The hub failed while it worked."),
        N_("What it did not confirm still counts as unsent."),
        N_("It is tried again by itself; if it goes on, tell the hub's administrator."),
    ),
    "code_refused": (
        N_("The hub does not accept this code: it is wrong, used or too old."),
        N_("Nothing was changed."),
        N_("Ask your administrator for a new code; it works once and for 15 minutes."),
    ),
    "device_unknown": (
        N_("The hub does not know this laptop any more."),
        N_("Nothing was deleted here, and nothing can be sent."),
        N_("Ask your administrator for a new code and join the hub again."),
    ),
    "device_revoked": (
        N_("This laptop was reported lost: the hub takes nothing from it."),
        N_("Nothing was deleted here; what is unsent waits."),
        N_("If you have it and nobody else had it, ask your administrator to let it in again."),
    ),
    "not_allowed": (
        N_("The hub does not allow this."),
        N_("Nothing was changed."),
        N_("Ask your administrator; a laptop stays with the person it was set up for."),
    ),
    "clock": (
        N_("This laptop's clock is too far off."),
        N_("The hub could not be sure the request was made now."),
        N_("Set date and time right, then sync again."),
    ),
    "history_diverged": (
        N_("The hub was set back to an earlier copy."),
        N_("Nothing was deleted here."),
        N_("Tell the hub's administrator, then sync again."),
    ),
    "too_old": (
        N_("This program is too old for the hub."),
        N_("What you saved was still sent; what others changed cannot come in."),
        N_("Ask your IT department for the newest version."),
    ),
    "protocol": (
        N_("The hub's answer cannot be understood."),
        N_("What it did not confirm still counts as unsent."),
        N_("Check the address; if it is right, tell the hub's administrator."),
    ),
    "not_enrolled": (
        N_("This laptop has not joined a hub yet."),
        _SAFE,
        N_("Join with the address and the one-time code from your administrator."),
    ),
    "insecure_url": (
        N_("This address cannot be used: it must begin with https://."),
        N_("Nothing was sent."),
        N_("Check the address with your administrator."),
    ),
    "wiped": (
        N_("The municipality ordered this caseload to be deleted."),
        N_("What was not sent is sealed for IT."),
        N_("Ask your administrator."),
    ),
    "stopped": (
        N_("You stopped the sync."),
        N_("What the hub had confirmed is safe; the rest is still unsent."),
        N_("Sync again when it suits you."),
    ),
    "store_full": (
        N_("The disk is full or cannot be written."),
        N_("What came in was not kept; it comes again."),
        N_("Make room on the disk, then sync again."),
    ),
}

_REFUSALS: dict[str, tuple[str, str]] = {
    "malformed": (N_("The hub could not read this change."), N_("Save it once more.")),
    "op-id-reuse": (
        N_("The hub has seen another change under the same number."),
        N_("Discard this one and save it once more."),
    ),
    "not-entitled": (
        N_("The hub does not know this record, or it is no longer yours."),
        N_("Ask the person who has the case now."),
    ),
    "unknown-type": (N_("The hub is older than this program."), N_("It is taken when the hub is updated.")),
    "schema-too-new": (N_("The hub is older than this program."), N_("It is taken when the hub is updated.")),
    "validation": (N_("A field has a value the hub cannot take."), N_("Correct the field and save again.")),
    "wrong-scope": (
        N_("This cannot be kept under this person or place."),
        N_("Move it to the right person, or discard it."),
    ),
    "answered-by-others": (
        N_("A hand-over is answered by whom it was offered to, and withdrawn by whom offered it."),
        N_("Discard this answer. Everything is as it was."),
    ),
    "append-only": (
        N_("A contact, visit or hours entry is never changed afterwards."),
        N_("Discard this change and correct the entry instead."),
    ),
    "hub-writes-only": (N_("Only the hub itself writes this."), N_("Discard this change.")),
    "tx-partner-refused": (
        N_("Something saved together with this was refused."),
        N_("Correct the other one; then send both again."),
    ),
}


def explain(cause: str) -> Explained:
    """The words for a `Cause` value or a receipt's outcome."""
    words = _CAUSES.get(cause)
    if words is None:
        return Explained(_("The sync ended early ({cause}).").format(cause=cause), _(_SAFE), _(_NOTHING))
    title, detail, action = words
    return Explained(_(title), _(detail), _(action))


def sentence(cause: str) -> str:
    """What happened and what to do, on one line."""
    words = explain(cause)
    return f"{words.title} {words.action}"


_MOVES = (
    (
        N_("It was not moved: one of the cases is no longer yours. All is as it was."),
        N_("Give the move up; if it lies wrong, tell whoever has that case now."),
    ),
    (
        N_("It cannot go there: that case is no longer yours. All is as it was."),
        N_("Give the move up, and it shows in its old place again."),
    ),
)
"""Of a move into or out of a case that has left: which case it was is known where the other person is not here."""


def refusal(code: str, detail: str = "") -> str:
    """Why the hub refused one change and what to do; unknown codes come with the hub's own words."""
    words = _REFUSALS.get(code)
    if words is None:
        return _("The hub refused this change ({code}): {detail}").format(code=code, detail=detail or code)
    return " ".join(map(_, words))


def refused(row: RefusedRow) -> tuple[str, ...]:
    """The same in sentences to stand below each other, with what is known of the change."""
    words = _REFUSALS.get(row.code)
    if words is None:
        return (refusal(row.code, row.detail),)
    if row.unsent.kind == "move" and row.code == "not-entitled":
        words = _MOVES[row.unsent.who is None]
    return tuple(map(_, words))


_WARNINGS = {
    "forked": N_("An older copy of this caseload was put back: the hub remembers a newer audit log. Tell IT."),
    "not_sealed": N_(
        "IT's key for recovery could not be taken over. It is tried with each sync; tell IT if this stays."
    ),
}


def warning(code: str) -> str:
    """What somebody has to hear of though the sync goes on."""
    return _(_WARNINGS[code])
