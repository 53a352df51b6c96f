"""The sentences of the command line library that brokers can meet, so that the catalogue translates them.

The library looks them up itself, in the catalogue that `cli_base` names; here they are only marked.
"""

from broker_tui.i18n import N_

CLICK = (
    N_("Aborted!"),
    N_("Options"),
    N_("Missing command."),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("Missing {param_type}"),
    N_("Missing parameter: {param_name}"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Usage:"),
    N_("Option {name!r} does not take a value."),
    N_("Choose from:\n\t{choices}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("Show the version and exit."),
    N_("Show this message and exit."),
    N_("Argument {name!r} takes {nargs} values."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} does not exist."),
    N_("file"),
    N_("directory"),
)
