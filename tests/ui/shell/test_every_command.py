"""Every action has a key, a palette entry and a help line from one definition, in both languages, uncut at 80."""

import pytest

from broker_tui.commands import all_commands
from broker_tui.i18n import Language, _
from broker_tui.screens.help import help_rows
from broker_tui.screens.palette import entries
from broker_tui.widgets.row_source import Row
from broker_tui.widgets.spans import plain
from tests.ui.office import Office
from tests.ui.small import busy
from tests.ui.walk import prepared, walked

ELSEWHERE = {
    "handover": "hand-overs, which need an offer by a colleague; see tests/ui/sync/test_handovers.py",
    "devices": "the broker's laptops, which needs a hub; see tests/ui/sync/test_devices.py",
    "connect": "what a caseload without a lease shows; see tests/ui/sync/test_lease.py",
    "form": "sheets of forms",
    "programme_form": "the long forms of the programmes",
    "new": "the menu of new things, which shows its letters in the rows",
    "visit": "the visit form",
    "shifts": "the week of a workplace, which needs one; see tests/ui/shifts",
    "team": "the register of a course team, which needs one; see tests/ui/teams",
    "turned": "the page turned towards an employer, where palette and help are closed; see tests/ui/cards",
    "unlock": "before the caseload is open",
    "first": "before the caseload is open",
}
SELDOM = {
    "app.palette",  # it is the palette
    "sync.devices",  # needs a hub
    *("case.handover", "case.substitute", "case.pack"),  # need a hub or colleagues
    "company.part",  # needs a company that was entered twice
    *(
        "case.team",
        "company.shifts",
        "case.settle",
        "company.settle",
        "case.reopen",
        "drafts.discard",
        "caseload.unmark",
        "overview.measure",
    ),
    *("sync.stop", "sync.now", "sync.mine", "sync.theirs", "sync.both", "sync.before"),
    *("sync.correct", "sync.retry", "sync.discard"),
    *("import.complete", "import.meaning", "import.check", "import.run", "import.good", "import.open"),
    *("import.undo", "import.next", "leaving.fetch"),
    *("today.rule", "rule.done", "forms.new", "forms.withdraw"),
    *(
        "local.profile",
        "local.reset",
        "local.back",
        "step.group",
        "step.done",
        "step.explain",
        "step.waive",
        "step.settle",
        "step.rule",
        "step.snooze",
    ),
}
"""What only a difference, a refusal, a closed case, a person who left, a draft, a mark, a read file or a due rule
brings up; own tests press these."""


@pytest.fixture
def programmes() -> dict[str, str]:
    """One programme has rules to be read."""
    return {"uif2": busy()}


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_palette_and_help_hold_every_command(office: Office, lang: Language) -> None:
    in_palette: set[str] = set()
    in_help: set[str] = set()
    cut: list[str] = []
    async with office.open(lang=lang) as desk:
        await prepared(desk)
        async for _page in walked(desk):
            screen = desk.app.screen
            offered = {entry.id: entry for entry in entries(screen)}
            rows = {row.key: row for row in help_rows(screen) if isinstance(row, Row)}
            assert offered.keys() <= rows.keys(), f"in the palette but not in help: {offered.keys() - rows.keys()}"
            in_palette |= offered.keys()
            in_help |= rows.keys()
            for key, row in rows.items():
                if len(plain(row.content)) > 74:
                    cut.append(f"{key}: {plain(row.content)}")
        missing = {
            name
            for name, command in all_commands().items()
            if name not in in_palette and name not in SELDOM and command.scope not in ELSEWHERE
        }
        assert missing == set()
        assert cut == []
        for command in all_commands().values():
            assert command.first_key, command.id
            assert _(command.label), command.id
            if lang == "da":
                assert command.title() != command.description or command.description in SAME, command.id


SAME = {"Import"}
"""English sentences that are Danish as well."""
