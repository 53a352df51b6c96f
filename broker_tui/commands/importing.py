"""What can be done while importing files."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command(
        "import.read",
        "enter",
        "read_file",
        N_("read the file"),
        N_("Read the file and show its columns"),
        (),
        "row",
        True,
    ),
    Command("import.complete", "tab", "complete", N_("complete"), N_("Complete the path"), (), "row", True),
    Command("import.meaning", "enter", "meaning", N_("meaning"), N_("Choose what the column means"), (), "row", True),
    Command(
        "import.check",
        "ctrl+d",
        "check",
        N_("check the rows"),
        N_("Check every row; nothing is changed yet"),
        (),
        "row",
        True,
    ),
    Command("import.run", "ctrl+d", "run_import", N_("import"), N_("Bring the rows in"), (), "row", True),
    Command("import.good", "b", "good_rows", N_("without bad rows"), N_("Bring in only the rows without errors")),
    Command("import.open", "enter", "open_place", N_("see them"), N_("Go to what was brought in"), (), "row", True),
    Command("import.undo", "u", "undo_import", N_("undo the import"), N_("Take the whole import back"), ("fortryd",)),
    Command("import.next", "n", "next_file", N_("next file"), N_("Bring another file in"), ("more",)),
)
