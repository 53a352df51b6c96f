"""`broker` and `python -m broker_tui`: text in UTF-8 whatever the machine's code page, then the command line."""

import sys


def main() -> None:
    """Run one command; without one the app."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    from broker_tui.cli import cli

    cli(prog_name="broker")


if __name__ == "__main__":
    main()
