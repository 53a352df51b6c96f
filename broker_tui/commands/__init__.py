"""One definition per user command: key, key line, tooltip, palette entry and help line come from it."""

from broker_tui.commands.command import Command, Where, all_commands, bindings_of, command_by_id

__all__ = ["Command", "Where", "all_commands", "bindings_of", "command_by_id"]
