"""uif2 from the preparatory part to more than ten hours a week, through a flex job that ends."""

from pathlib import Path

import pytest

from tests.e2e.walks.hands import card_form, contact, decide, form, marks, new_person, pick
from tests.e2e.walks.walk import Day, Then, walk

pytestmark = [pytest.mark.e2e, pytest.mark.long]
FORTNIGHT = "uif2.phase2.e-14-days"
PHASE2 = ("uif2.phase2.exit-agreement", "uif2.phase2.exit-company-contact", "uif2.phase2.exit-started")

WALK = (
    Day(
        "2020-08-03",  # the preparatory part begins: ten weeks at the most (spec U-EX01)
        [
            new_person("UIF2"),
            form(
                "Indgang",
                {
                    "Indgang": pick("Forberedende del"),
                    "Forberedende del begyndt": "3/8",
                    "Skal foran et møde i rehabiliteringsteamet": pick("ja"),
                    "Vurderes til målgruppen for fleksjob": pick("ja"),
                },
            ),
        ],
        Then(
            "phase1",
            "2020-08-03",
            missing=("uif2.phase1.exit-visited",),
            rules={"uif2.phase1.max-10-weeks": ("open", "2020-10-12"), FORTNIGHT: ""},
        ),
    ),
    Day(
        "2020-10-05",  # visited on 1 October; the broker was there before: phase 2 from the later of the two
        [form("Indgang", {"Visiteret til fleksjobordningen": "1/10"})],
        Then(
            "phase2",
            "2020-10-01",
            missing=PHASE2,
            rules={FORTNIGHT: ("open", "2020-10-15"), "uif2.phase1.max-10-weeks": ("closed", "2020-10-12")},
        ),
    ),
    Day(
        "2021-01-05",  # agreement and contact person before the start: phase 2 until the job has begun
        [
            contact({"Hvordan": pick("Møde"), "Notat": "Forventningsmøde"}),
            card_form(
                "A",
                "Samlet aftale",
                {
                    "Slags": pick("Fleksjob"),
                    "eller en ny": "Kantinen",
                    "Fra": "11/1",
                    "Timer om ugen": "8",
                    "Opgaver": "Rengøring",
                    "Hensyn": "Ingen",
                    "Delmål": "Kassen",
                    "Navn": "Kim Lund",
                    "Telefon": "20 00 00 09",
                },
            ),
        ],
        Then(
            "phase2",
            "2020-10-01",
            missing=("uif2.phase2.exit-started",),
            rules={FORTNIGHT: ("open", "2021-01-19")},
        ),
    ),
    Day(
        "2021-01-25",  # eight hours a week: phase 3 from the start; four follow-ups within six months (spec U-EX11)
        [
            form(
                "Opfølgning i fleksjob",
                {
                    "Samtalen": pick("Noteres her"),
                    "Hvordan": pick("Møde"),
                    "Hvem var med": marks("Borger", "Jobformidler", "Kontaktperson på virksomheden"),
                    "Sted": pick("På virksomheden"),
                    "Ved fremmøde": pick("ja"),
                    "Aftaler fra Min Plan, I tog fat i": "Kassen",
                    "Status på ansættelsen": "Går godt",
                    "Status og mål for progression": "Mere kasse",
                    "Målene nu": "Kassen",
                },
            ),
            form(
                "Start i fase 3",
                {
                    "Første arbejdsdag": "11/1",
                    "Aftalen står i Min Plan": "11/1",
                    "Persongruppemarkering sat": "11/1",
                },
            ),
        ],
        Then(
            "phase3",
            "2021-01-11",
            missing=("uif2.phase3.exit-over-10",),
            rules={FORTNIGHT: "", "uif2.phase3.g-four-follow-ups": "open"},
            signals={"followups_done": 1, "in_person_done": 1, "weekly_minutes": 480},
        ),
    ),
    Day(
        "2021-06-02",  # the job ends on 28 May, unemployment benefit from the 31st: phase 2 from that day (spec U-EX17)
        [
            decide(
                "Timer og ophør",
                {
                    "Det drejer sig om": pick("Ophør"),
                    "Sidste dag": "28/5",
                    "Hvordan": pick("Før tid"),
                    "Ledighedsydelse fra": "31/5",
                },
            )
        ],
        Then(
            "phase2",
            "2021-05-31",
            missing=PHASE2,
            rules={FORTNIGHT: ("open", "2021-06-14"), "uif2.phase3.g-four-follow-ups": ""},
            signals={"passive_on": "2021-11-30"},
        ),
    ),
    Day(
        "2021-06-28",  # fifteen hours a week in a new flex job from 1 July
        [
            contact({"Hvordan": pick("Møde"), "Hvornår": "14/6 kl. 10", "Notat": "Ny plads"}),
            card_form(
                "A",
                "Samlet aftale",
                {
                    "Slags": pick("Fleksjob"),
                    "eller en ny": "Lageret",
                    "Fra": "1/7",
                    "Timer om ugen": "15",
                    "Opgaver": "Pakning",
                    "Hensyn": "Ingen",
                    "Delmål": "Truck",
                    "Navn": "Bo Lund",
                    "Telefon": "20 00 00 08",
                },
            ),
        ],
        Then(
            "phase2", "2021-05-31", missing=("uif2.phase2.exit-started",), rules={FORTNIGHT: ("due_soon", "2021-06-28")}
        ),
    ),
    Day(
        "2021-07-02",  # started with more than ten hours: out directly, nothing more is asked (spec U-EX15)
        [],
        Then(
            "exited_flexjob_over_10h_direct",
            "2021-07-01",
            rules={FORTNIGHT: "", "uif2.phase3.g-four-follow-ups": ""},
            signals={"weekly_minutes": 900},
            also={"final": True},
        ),
    ),
)


def test_from_entry_to_exit(tmp_path: Path) -> None:
    walk(tmp_path, WALK)
