"""What can be done on a person's card; a tab's own commands come before those of the card."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

CARD = (
    Command("case.contact", "c", "contact", N_("contact"), N_("Log a contact with this person"), ("call", "log")),
    Command("case.visit", "v", "visit", N_("visit"), N_("Log a visit to a company"), ("company",)),
    Command("case.plan", "p", "plan", N_("plan"), N_("Agree a follow-up"), ("follow-up", "opfølgning")),
    Command("case.goal", "t", "goal", N_("goal"), N_("Set the job goal or a step towards it"), ("mål", "step")),
    Command(
        "case.agreement",
        "A",
        "agreement",
        N_("agreement"),
        N_("Agreement in one go: placement, terms, follow-up"),
        ("aftale", "praktik", "placement", "fleksjob"),
        "hidden",
    ),
    Command(
        "case.interview",
        "i",
        "interview",
        N_("job interview"),
        N_("Log a job interview: outcome and next step"),
        ("jobsamtale", "samtale"),
        "hidden",
    ),
    Command("case.edit", "e", "edit", N_("edit"), N_("Change name, number, address and the like"), ("ret",), "hidden"),
    Command("case.reveal", "k", "reveal", N_("CPR"), N_("Show the CPR number for ten seconds"), ("cpr",), "hidden"),
    Command("case.promise", "l", "promise", N_("promise"), N_("Note what you promised"), ("løfte",), "hidden"),
    Command("case.memo", "b", "memo", N_("memo"), N_("A note to yourself about this person"), ("husk",), "hidden"),
    Command(
        "case.consent", "a", "consent", N_("consent"), N_("Note what may be told to whom"), ("samtykke",), "hidden"
    ),
    Command("case.close", "X", "close_case", N_("close case"), N_("Close the case"), ("luk", "exit"), "hidden"),
    Command("case.reopen", "R", "reopen", N_("reopen"), N_("Open the closed case again"), ("genåbn",), "hidden"),
    Command("case.open", "N", "open_case", N_("another case"), N_("Open a case in another programme"), (), "hidden"),
    Command("case.step", "f", "step", N_("step"), N_("Confirm the step or phase"), ("phase", "fase", "trin"), "hidden"),
    Command(
        "case.decide",
        "B",
        "decide",
        N_("decide"),
        N_("Take a decision: group, interruption, exit …"),
        ("afgør", "gruppe", "group", "exit"),
        "hidden",
    ),
    Command(
        "case.team",
        "T",
        "team",
        N_("attendance"),
        N_("Attendance: the course team, or the shifts of a flex job"),
        ("hold", "fremmøde", "vagter", "team", "shifts"),
        "hidden",
    ),
    Command(
        "case.handover",
        "O",
        "hand_over",
        N_("hand over"),
        N_("Offer the case to a colleague"),
        ("overdrag", "overdragelse", "handover"),
        "hidden",
    ),
    Command(
        "case.pack",
        "P",
        "pack",
        N_("pack"),
        N_("The hand-over pack: one page before the first meeting"),
        ("pakke", "overblik"),
        "hidden",
    ),
    Command(
        "case.substitute",
        "V",
        "substitute",
        N_("stand in"),
        N_("A colleague stands in for some days"),
        ("vikar", "substitute"),
        "hidden",
    ),
    Command("case.role", "r", "role", N_("role"), N_("Note who helps in which role"), ("rolle", "vikar"), "hidden"),
    Command(
        "case.copy",
        "y",
        "copy",
        N_("copy phone"),
        N_("Copy the phone number for half a minute"),
        ("clipboard",),
        "hidden",
    ),
    Command(
        "case.trail",
        "w",
        "trail",
        N_("who looked"),
        N_("Who has seen and changed what"),
        ("audit", "indsigt"),
        "hidden",
    ),
    Command("case.settle", "D", "settle", N_("differences"), N_("Settle the differences"), ("conflict",), "hidden"),
    *(
        Command(f"case.tab-{number}", str(number), f"tab({number})", N_("tabs"), description, (), "hidden")
        for number, description in enumerate(
            (
                N_("Show the overview"),
                N_("Show the contacts"),
                N_("Show the goals"),
                N_("Show the plan"),
                N_("Show job, hours and consents"),
                N_("Show the step: what is met, missing and due"),
                N_("Show the forms"),
                N_("Show who changed what"),
            ),
            1,
        )
    ),
)
OVERVIEW = (Command("overview.measure", "m", "measure", N_("hours"), N_("Show another kind of hours"), ("timer",)),)
CONTACTS = (
    Command("contacts.correct", "e", "correct", N_("correct"), N_("Correct this contact"), ("edit", "ret")),
    Command("contacts.move", "m", "move", N_("move"), N_("Move this contact to the right person"), ("flyt",)),
    Command("contacts.withdraw", "x", "withdraw", N_("withdraw"), N_("Withdraw this contact"), ("delete", "slet")),
)
GOALS = (
    Command("goals.edit", "e", "edit", N_("edit"), N_("Change this goal, or correct this note"), ("ret",)),
    Command("goals.note", "n", "note", N_("in own words"), N_("Note how it goes, in the citizen's words"), ("citat",)),
    Command("goals.done", "d", "done", N_("reached"), N_("This step is reached"), ("done", "nået")),
    Command("goals.begin", "s", "begin", N_("under way"), N_("This step is under way"), ("start",), "hidden"),
    Command("goals.drop", "x", "drop", N_("give up"), N_("Give this step up"), ("opgivet",), "hidden"),
)
PLAN = (
    Command(
        "plan.move", "s", "reschedule", N_("move"), N_("Move it to another day"), ("snooze", "udskyd", "reschedule")
    ),
    Command("plan.done", "d", "done", N_("done"), N_("It is done"), ("complete", "færdig")),
    Command("plan.edit", "e", "edit", N_("edit"), N_("Change it"), ("ret",), "hidden"),
    Command("plan.drop", "x", "drop", N_("drop"), N_("It is not needed any more"), ("slet",), "hidden"),
)
JOB = (
    Command("job.new", "n", "new", N_("placement"), N_("A new placement"), ("praktik", "job")),
    Command("job.hours", "h", "hours", N_("hours"), N_("Hours per week from a day on"), ("timer",)),
    Command("job.edit", "e", "edit", N_("edit"), N_("Change or correct this"), ("ret",)),
    Command(
        "job.end",
        "x",
        "end",
        N_("end"),
        N_("End this placement or role, or withdraw these hours"),
        ("afslut",),
        "hidden",
    ),
)
STEP = (
    Command(
        "step.group",
        "o",
        "group",
        N_("by field"),
        N_("By the four fields of the board, or by what is due first"),
        ("2x2", "element"),
        "hidden",
    ),
    Command("step.done", "d", "done", N_("do it"), N_("Record what closes it"), ("close", "luk", "evidence")),
    Command("step.explain", "R", "explain", N_("explain"), N_("Explain why it is not done"), ("forklar",)),
    Command("step.waive", "M", "waive", N_("waive"), N_("Note who waives the rule"), ("fravig",)),
    Command("step.settle", "z", "settle_before", N_("settle"), N_("Settle what lies before this program"), ("afgør",)),
    Command("step.rule", "r", "rule", N_("rule"), N_("Read the rule, and why it is due"), ("why", "regel")),
    Command(
        "step.snooze", "s", "snooze", N_("snooze"), N_("Leave it aside until a day, or bring it back"), (), "hidden"
    ),
)
COMMANDS = (*CARD, *OVERVIEW, *CONTACTS, *GOALS, *PLAN, *JOB, *STEP)
