"""What can be done with companies: in the list and on a company's card."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

LIST = (
    Command("companies.visit", "v", "visit", N_("visit"), N_("Log a visit to a company"), ("besøg",)),
    Command("companies.plan", "p", "plan", N_("plan"), N_("Agree a follow-up with a company"), ("follow-up",)),
    Command("companies.new", "n", "new", N_("new company"), N_("A new company"), ("virksomhed",)),
    Command("companies.sort", "o", "sort", N_("sort"), N_("Sort by the next column"), ("order",), "hidden"),
    Command("companies.stage", "f", "stage", N_("stage"), N_("Show one stage, or all"), ("filter",)),
)
CARD = (
    Command("company.visit", "v", "visit", N_("visit"), N_("Log a visit to a company"), ("besøg",)),
    Command("company.plan", "p", "plan", N_("plan"), N_("Agree a follow-up with a company"), ("follow-up",)),
    Command("company.promise", "l", "promise", N_("promise"), N_("Note what you promised"), ("løfte",), "hidden"),
    Command("company.memo", "b", "memo", N_("memo"), N_("A note to yourself about this company"), (), "hidden"),
    Command("company.edit", "e", "edit", N_("edit"), N_("Change this company"), ("ret", "stage")),
    Command("company.person", "n", "person", N_("contact person"), N_("A new contact person"), ("kontaktperson",)),
    Command("company.placement", "t", "placement", N_("placement"), N_("Place somebody here"), ("job",), "hidden"),
    Command(
        "company.shifts", "T", "shifts", N_("shifts"), N_("The week: shifts, hours, mentor"), ("vagter",), "hidden"
    ),
    Command(
        "company.copy",
        "y",
        "copy",
        N_("copy phone"),
        N_("Copy the phone number for half a minute"),
        ("clipboard",),
        "hidden",
    ),
    Command(
        "company.view",
        "a",
        "company_view",
        N_("for the employer"),
        N_("Show what the employer may see; the screen can be turned"),
        ("arbejdsgiver", "vis"),
        "hidden",
    ),
    Command(
        "company.merge",
        "M",
        "merge",
        N_("same company"),
        N_("Make two records of the same company one"),
        ("dublet", "duplicate", "merge", "slå sammen"),
        "hidden",
    ),
    Command(
        "company.part",
        "P",
        "part",
        N_("part again"),
        N_("Make two companies again of one that was entered twice"),
        ("unmerge", "skil ad"),
        "hidden",
    ),
    Command("company.settle", "D", "settle", N_("differences"), N_("Settle the differences"), (), "hidden"),
    *(
        Command(f"company.tab-{number}", str(number), f"tab({number})", N_("tabs"), description, (), "hidden")
        for number, description in enumerate(
            (
                N_("Show the overview"),
                N_("Show the visits"),
                N_("Show the placements"),
                N_("Show the contact persons"),
                N_("Show who changed what"),
                N_("Show flex job: seats, forms, what is asked"),
            ),
            1,
        )
    ),
)
VISITS = (Command("visits.correct", "e", "correct", N_("correct"), N_("Correct this visit"), ("edit", "ret")),)
PEOPLE = (Command("people.edit", "e", "edit", N_("edit"), N_("Change this contact person"), ("ret",)),)
TASKS = (
    Command("tasks.move", "s", "reschedule", N_("move"), N_("Move it to another day"), ("snooze", "udskyd")),
    Command("tasks.done", "d", "done", N_("done"), N_("It is done"), ("complete",)),
)
COMMANDS = (*LIST, *CARD, *VISITS, *PEOPLE, *TASKS)
