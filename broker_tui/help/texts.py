"""A few sentences on how the program thinks, shown below the keys; each fits one line of 74 cells."""

from broker_tui.i18n import _


def notes() -> list[tuple[str, tuple[str, ...]]]:
    """Titles with their sentences."""
    return [
        (
            _("Nothing is lost"),
            (
                _("What is typed is kept as a draft at once; Esc closes a form and keeps it."),
                _("A form that was left stands under Begun on Today; Enter goes on with it."),
                _("Every change can be undone with u, also after it was sent."),
            ),
        ),
        (
            _("Without a network"),
            (
                _("Everything works offline. Unsent says how much the hub has not confirmed."),
                _("F7 shows what is unsent; F7 once more tries to send now."),
            ),
        ),
        (
            _("Dates"),
            (_("Fields for dates take: today, fri, +14d, 24/11, 24/11 kl. 9, i går 14."),),
        ),
        (
            _("In company"),
            (_("F9 turns names into initials and notes into bars; ^L locks at once."),),
        ),
    ]
