"""An invented but lifelike caseload with a hub of its own, to try everything at once."""
