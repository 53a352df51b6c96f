"""What the supervisor and the app process agreed on: names, exit codes, and how a screen is left clean."""

PIPES_VARIABLE = "BROKER_SUPERVISOR"
NOTICE_VARIABLE = "BROKER_NOTICE"
EXIT_QUIT = 0
EXIT_LOCKED = 75  # EX_TEMPFAIL: the same caseload, a fresh process
EXIT_ABANDONED = 76

# Whatever the app switched on is switched off, inside the alternate screen, which is emptied and left. The first
# bytes end an escape sequence that was cut short. Entering once more is harmless and reaches a screen left already.
RESET_SEQUENCE = (
    b"\x18\x1b\\\x1b[?1049h\x1b[0m\x1b[2J\x1b[H"
    b"\x1b[<8u"  # kitty keys, pushed by any number of children
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    b"\x1b[?1004l\x1b[?2004l\x1b[?2026l\x1b[?2048l\x1b[?7h"  # focus, paste, synchronised output, resize, wrap
    b"\x1b[?1049l\x1b[0m\x1b[?25h"
)
