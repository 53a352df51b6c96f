"""Papers and files made from the caseload; nothing here reads it."""
