"""Names of what can open a caseload."""

from broker_tui.i18n import N_, _

LABELS = {
    "passphrase": N_("the passphrase"),
    "recovery-code": N_("the recovery code on paper"),
    "municipality": N_("the municipality's IT"),
}


def label(kind: str) -> str:
    """The name of a kind of slot; one of a newer version is told as such."""
    return _(LABELS[kind]) if kind in LABELS else _("something of a newer version")
