"""The five intervention programmes: one pure engine over definitions that are data.

`evaluate(definition, facts, today)` says which step a case stands in, what is owed, why, and what closes it.
Nothing here reads files of the caseload, the clock or the network.
"""
