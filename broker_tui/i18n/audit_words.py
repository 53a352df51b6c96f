"""The audit log in words. A code nobody knows, as of a newer version, is shown as it is."""

from broker_tui.domain.audit import AuditLine
from broker_tui.i18n import N_, _, words

_ACTIONS = {
    "opened": N_("Saw the card"),
    "searched": N_("Searched"),
    "reveal": N_("Had a hidden value shown"),
    "export": N_("Wrote to a file"),
    "import": N_("Imported a file"),
    "shown_to_company": N_("Showed to a company what was released"),
    "create": N_("Made"),
    "patch": N_("Changed"),
    "delete": N_("Withdrew"),
    "restore": N_("Brought back"),
    "move": N_("Moved"),
    "resolve": N_("Settled a difference"),
    "undo": N_("Took back"),
    "synced": N_("Synced"),
    "sealed": N_("Let IT's key for recovery open the caseload"),
    "not_sealed": N_("IT's key for recovery could not be taken over"),
    "forked": N_("The hub remembers a newer audit log"),
    "shut_out": N_("The hub shut this laptop out as lost"),
    "reported_lost": N_("Reported a laptop lost"),
    "order_ignored": N_("Ignored an order that does not hold"),
    "order_void": N_("An order to delete was taken back"),
    "order_failed": N_("An order to delete could not begin"),
    "wiping": N_("Sealed what was not sent, to delete by order"),
    "enrolled": N_("Joined a hub"),
    "unlocked": N_("Opened the caseload"),
    "passphrase": N_("Changed the passphrase"),
    "recovery_code": N_("Made a new recovery code"),
    "recovered": N_("Came in without the passphrase"),
    "slot_removed": N_("Removed a way in"),
    "rotated": N_("Gave the caseload a new key"),
    "policy": N_("Changed a rule of this laptop"),
    "left": N_("Left this laptop after the case closed"),
    "called_back": N_("Called back to this laptop"),
    "backup": N_("Wrote a backup"),
    "restored": N_("Put a backup in place"),
    "rescued": N_("Rescued a damaged caseload"),
}


def action(line: AuditLine) -> str:
    """What was done."""
    known = _ACTIONS.get(line.action)
    return _(known) if known is not None else line.action


def what(line: AuditLine) -> str:
    """What it was done to: the kind of record, and the fields."""
    kind = words.record_type(line.entity) if line.entity not in ("vault", "hub", "find", "audit", "") else ""
    fields = ""
    if line.action in ("patch", "reveal", "resolve"):
        fields = ", ".join(words.field(name).lower() for name in line.detail.split())
    parts = [kind, fields, line.purpose]
    return ": ".join(part for part in parts if part)
