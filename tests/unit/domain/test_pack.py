"""The hand-over pack: what stands on the page, in which order, and what does not."""

from datetime import date, timedelta

import pytest

from broker_tui.domain.pack import NEXT_MEETINGS, Owed, pack
from broker_tui.domain.views import CaseCard, ContactRow, Entry, Offer
from broker_tui.i18n import Language, pack_words, use
from sync.records.types import (
    Case,
    Citizen,
    Consent,
    Contact,
    FollowUp,
    Goal,
    Hours,
    Placement,
    ProgressionNote,
    Promise,
    RoleAssignment,
)

TODAY = date(2026, 11, 17)
WHO = "c"


def card() -> CaseCard:
    """A person with something of everything, done, withdrawn and over things among it."""
    day = timedelta(days=1)
    plans = (
        Entry("f1", FollowUp(what="Senere", due=TODAY + 9 * day, citizen_id=WHO)),
        Entry("f2", FollowUp(what="Snart", due=TODAY + day, citizen_id=WHO)),
        Entry("f3", FollowUp(what="Gjort", due=TODAY, citizen_id=WHO, state="done")),
        Entry("f4", FollowUp(what="Trukket", due=TODAY, citizen_id=WHO), deleted=True),
    )
    goals = (
        Entry("g2", Goal(citizen_id=WHO, kind="step", text="Ring selv", set_on=TODAY)),
        Entry("g1", Goal(citizen_id=WHO, kind="job_goal", text="Køkken", set_on=TODAY, target_minutes_per_week=600)),
        Entry("g3", Goal(citizen_id=WHO, kind="step", text="Nået", set_on=TODAY, state="reached")),
    )
    work = (
        Entry("p1", Placement(citizen_id=WHO, type="flexjob", start=TODAY - 90 * day, company_id="k")),
        Entry("p2", Placement(citizen_id=WHO, type="internship", start=TODAY - 900 * day, status="completed")),
    )
    hours = (
        Entry(
            "h1",
            Hours(citizen_id=WHO, start=TODAY - 90 * day, minutes_per_week=240, measure="flexjob", placement_id="p1"),
        ),
        Entry(
            "h2",
            Hours(citizen_id=WHO, start=TODAY - 10 * day, minutes_per_week=480, measure="flexjob", placement_id="p1"),
        ),
    )
    consents = (
        Entry("s1", Consent(citizen_id=WHO, kind="health", state="given", stated_on=TODAY - 30 * day)),
        Entry("s2", Consent(citizen_id=WHO, kind="health", state="withdrawn", stated_on=TODAY - day)),
    )
    roles = (
        Entry("r1", RoleAssignment(citizen_id=WHO, staff_id="n", role="broker", start=TODAY)),
        Entry("r2", RoleAssignment(citizen_id=WHO, staff_id="m", role="broker", start=TODAY, end=TODAY, handover="o")),
        Entry("r3", RoleAssignment(citizen_id=WHO, staff_id="o", role="mentor", start=TODAY, end=TODAY - day)),
    )
    notes = (
        Entry("n1", ProgressionNote(citizen_id=WHO, goal_id="g1", noted_on=TODAY - 9 * day, text="Jeg tør ikke")),
        Entry("n2", ProgressionNote(citizen_id=WHO, goal_id="g1", noted_on=TODAY, text="Jeg tør godt")),
    )
    return CaseCard(
        citizen=Entry(WHO, Citizen(name="Zebra Prøve", phone="12345678", cpr="0101900000")),
        cases=(Entry("k1", Case(citizen_id=WHO, programme="uif2", known_from=TODAY, start=TODAY - 30 * day)),),
        roles=roles, consents=consents, goals=goals, notes=notes, follow_ups=plans,
        promises=(Entry("l1", Promise(text="Buskort", due=TODAY, made_on=TODAY, citizen_id=WHO)),),
        memos=(), placements=work, hours=hours, companies={"k": "Kantinen"}, company_contacts={},
        staff={"n": "Niels", "m": "Mette", "o": "Olga"}, last_contact=TODAY, contact_count=1, unsent=0, conflicts=0,
    )  # fmt: skip


def row(number: int) -> ContactRow:
    record = Contact(
        citizen_id=WHO, occurred_on=TODAY - timedelta(number), kind="phone", outcome="reached", note=f"nr. {number}"
    )
    return ContactRow(Entry(f"c{number}", record), "Mette", None)


OFFER = Offer(
    "o", WHO, "Zebra", "Mette", True, TODAY, text="Ring helst", state="accepted", answered_on=TODAY, giver="Mette"
)
OWED = [
    Owed("uif2.b", TODAY + NEXT_MEETINGS + timedelta(days=1), "open"),
    Owed("uif2.a", TODAY - timedelta(days=3), "overdue"),
]


def test_what_is_open_stands_the_soonest_first_and_what_is_over_does_not() -> None:
    page = pack(card(), [row(n) for n in range(9)], OWED, [OFFER], TODAY, late=2)
    assert [plan.what for plan in page.plans] == ["Snart", "Senere"]
    assert [promise.text for promise in page.promises] == ["Buskort"]
    assert [goal.text for goal in page.goals] == ["Køkken", "Ring selv"]
    assert [(work.company, work.minutes_per_week) for work in page.work] == [("Kantinen", 480)]
    assert [(one.kind, one.state) for one in page.consents] == [("health", "withdrawn")]
    assert [one.rule for one in page.owed] == ["uif2.a"]
    assert [contact.note for contact in page.contacts] == [f"nr. {n}" for n in range(5)]
    assert [(one.role, one.name) for one in page.helpers] == [("broker", "Niels")]
    assert page.own_words is not None
    assert page.own_words.text == "Jeg tør godt"
    assert page.words == OFFER


def test_an_offer_nobody_accepted_says_nothing_here() -> None:
    declined = Offer("o", WHO, "Zebra", "Mette", False, TODAY, text="Ring helst", state="declined")
    assert pack(card(), [], [], [declined], TODAY).words is None


@pytest.mark.parametrize(
    ("lang", "heads"),
    [
        ("en", ("NEXT", "GOALS", "CONSENTS", "LAST CONTACTS")),
        ("da", ("NÆSTE", "MÅL", "SAMTYKKER", "SENESTE KONTAKTER")),
    ],
)
def test_the_page_in_words_is_short_and_never_holds_the_number(lang: Language, heads: tuple[str, ...]) -> None:
    use(lang)
    text = pack_words.plain(pack(card(), [row(1)], [], [OFFER], TODAY, late=1), TODAY)
    assert all(f"\n{head}\n" in text for head in heads), text
    assert "0101900000" not in text
    assert "010190" not in text
    assert "Ring helst" in text
    assert ("8.0" if lang == "en" else "8,0") in text
    assert len(text.splitlines()) < 60


def test_of_nothing_it_says_so() -> None:
    empty = CaseCard(
        citizen=Entry(WHO, Citizen(name="Zebra Prøve")), cases=(), roles=(), consents=(), goals=(), notes=(),
        follow_ups=(), promises=(), memos=(), placements=(), hours=(), companies={}, company_contacts={}, staff={},
        last_contact=None, contact_count=0, unsent=0, conflicts=0,
    )  # fmt: skip
    shown = {
        one.title: [part.text for part in one.parts]
        for one in pack_words.sections(pack(empty, [], [], [], TODAY), TODAY)
    }
    assert shown["Next"] == shown["Consents"] == ["nothing noted"]
    assert "The programme asks" not in shown


def test_what_gives_a_name_or_words_away_is_marked() -> None:
    page = pack(card(), [row(1)], [], [OFFER], TODAY)
    marked = {part.text: part.shows for one in pack_words.sections(page, TODAY) for part in one.parts}
    assert marked["Zebra Prøve"] == "name"
    for typed in ("Ring helst", "Snart", "Promised: Buskort", "nr. 1", "Jeg tør godt"):
        assert marked[typed] == "note", typed
