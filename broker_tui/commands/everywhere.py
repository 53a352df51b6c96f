"""What works on every screen once the caseload is open."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("app.today", "f2", "place('today')", N_("today"), N_("Go to Today"), ("i dag",), "hidden"),
    Command("app.caseload", "f3", "place('caseload')", N_("caseload"), N_("Go to the caseload"), ("cases",), "hidden"),
    Command("app.companies", "f4", "place('companies')", N_("companies"), N_("Go to companies"), (), "hidden"),
    Command("app.sync", "f7", "sync", N_("sync"), N_("Go to Sync; once more: sync now"), ("send",), "hidden"),
    Command(
        "app.find", "slash,ctrl+f", "find", N_("find"), N_("Find people, companies and notes"), ("search",), "always"
    ),
    Command("app.new", "ctrl+n", "new", N_("new"), N_("Something new: contact, visit, citizen …"), ("add",), "always"),
    Command(
        "app.guard", "f9", "guard", N_("discreet"), N_("Glance guard on or off"), ("hide", "privacy"), "always", True
    ),
    Command("app.help", "f1,question_mark", "help", N_("help"), N_("The keys that work here"), ("keys",), "always"),
    Command("app.palette", "ctrl+p", "palette", N_("all actions"), N_("Every action by name"), (), "hidden", True),
    Command("app.undo", "u,ctrl+z", "undo", N_("undo"), N_("Undo the last change"), ("fortryd",)),
    Command("app.drafts", "ctrl+t", "drafts", N_("drafts"), N_("Forms that were begun"), ("kladder",), "hidden"),
    Command("app.history", "ctrl+g", "history", N_("history"), N_("Everything that was changed"), ("log",), "hidden"),
    Command(
        "app.rules",
        "ctrl+r",
        "rules",
        N_("rules"),
        N_("What the programmes ask, rule by rule"),
        ("programme", "regler", "why"),
        "hidden",
    ),
    Command("app.settings", "ctrl+o", "settings", N_("settings"), N_("Settings"), ("options", "language"), "hidden"),
    Command(
        "data.import",
        "f8",
        "import_files",
        N_("import"),
        N_("Import people, companies, placements and contacts"),
        ("csv", "excel", "spreadsheet", "regneark"),
        "hidden",
    ),
    Command(
        "data.export",
        "ctrl+y",
        "export",
        N_("export"),
        N_("Write lists or a whole case to a sealed file"),
        ("csv", "excel", "regneark", "eksport", "btx"),
        "hidden",
    ),
    Command("app.lock", "ctrl+l", "lock", N_("lock"), N_("Lock the caseload now"), ("lås",), "hidden", True),
    Command(
        "app.quit", "ctrl+q", "quit", N_("quit"), N_("Close the program; drafts are kept"), ("exit",), "hidden", True
    ),
)
