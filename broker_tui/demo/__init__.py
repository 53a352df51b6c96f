"""An invented but lifelike caseload with a hub of its own, to try everything at once."""

PASSPHRASE = "kaffe og cykler ved havnen"
"""Everything in the demo is invented, so its passphrase may stand here."""
