"""The caseload in the encrypted database: the only SQL of the program. Everything above knows it as a `Store`."""
