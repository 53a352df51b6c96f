"""What keeps a person on the laptop, and why somebody left."""

from broker_tui.i18n import N_

HELD = {
    "unsent": N_("unsent changes"),
    "difference": N_("a difference to settle"),
    "draft": N_("a draft"),
    "task": N_("something still to do"),
}
WHY = {"closed": N_("the case was closed"), "erased": N_("erased by the municipality")}
