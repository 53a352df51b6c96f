"""mastery from the referral through teaching and internship to a job, moved to the next team on the way."""

from pathlib import Path

import pytest

from tests.e2e.walks.hands import card_form, decide, do_rule, form, marks, new_person, pick, register
from tests.e2e.walks.walk import Day, Then, walk

pytestmark = [pytest.mark.e2e, pytest.mark.long]
UNPREPARED = (  # due before the team starts (spec A3.1, A3.3), and nobody did them
    "mastery.phase2.plan",
    "mastery.phase2.search-start",
    "mastery.phase2.transport-budget",
    "mastery.programme.mentor-capacity-all",
)
TEACHING = ("mastery.phase3.exit-form", "mastery.phase3.exit-goals")
AGREEMENT, ABSENCE = "mastery.phase2.agreement-before-teaching", "mastery.phase3.absence-follow-up"

WALK = (
    Day(
        "2026-07-15",  # the referral begins phase 1
        [
            new_person("MEST"),
            form(
                "Henvisning",
                {
                    "Ydelse": pick("Kontanthjælp"),
                    "Samtale holdt": "15/7",
                    "Forklaret for borgeren": marks("Forløbet og dets faser"),
                    "Pjecen er givet med hjem": pick("ja"),
                    "Pjece udleveret": "15/7",
                    "Barrierer for job eller uddannelse": marks("Angst"),
                    "Åben for at arbejde med det sammen med andre": pick("Ja"),
                    "Kan beskrive egne barrierer": pick("Ja"),
                    "Udtalt kognitiv barriere, der hindrer dialog": pick("nej"),
                    "Misbrug af stoffer eller alkohol": pick("Intet"),
                    "Behandling ved siden af forløbet": pick("nej"),
                    "Begrundelse for henvisning": "Vil i praktik",
                    "Passer borgeren til forløbet": pick("Ja"),
                },
            ),
        ],
        Then("phase1", "2026-07-15", also={"sub": "referred"}),
    ),
    Day(
        "2026-07-20",  # a place on the team that begins on 17 August; the first talk begins the preparation (spec M1)
        [
            decide("Plads på hold", {"Hold": "T1"}),
            form(
                "Hold",
                {
                    "Navn": "T1",
                    "Oprettet": "20/7",
                    "Organiseringsmodel": pick("3:"),
                    "Udgave": pick("Anbefalet: fire uger"),
                    "Holdstart": "17/8",
                },
            ),
            form(
                "Forberedende samtale",
                {
                    "Slags": pick("Med sagsbehandler"),
                    "Blev den holdt": pick("Holdt"),
                    "Hvem var med": marks("Borger", "Sagsbehandler"),
                },
            ),
        ],
        Then(
            "phase2",
            "2026-07-20",
            missing=("mastery.phase2.exit",),
            rules={
                "mastery.phase2.min-length": ("closed", "2026-08-10"),
                "mastery.phase2.agreement-before-teaching": ("open", "2026-08-16"),
            },
            signals={"length_days": 140},
            also={"sub": "preparing"},
        ),
    ),
    Day(
        "2026-08-14",  # moved to the team of 12 October: the preparation is kept, eight weeks more
        [
            decide("Plads på hold", {"Hold": "T2"}),
            form(
                "Hold",
                {
                    "Navn": "T2",
                    "Oprettet": "14/8",
                    "Organiseringsmodel": pick("3:"),
                    "Udgave": pick("Anbefalet: fire uger"),
                    "Holdstart": "12/10",
                },
            ),
        ],
        Then(
            "phase2",
            "2026-07-20",
            missing=("mastery.phase2.exit",),
            rules={
                "mastery.phase2.min-length": ("closed", "2026-10-05"),
                "mastery.phase2.agreement-before-teaching": ("open", "2026-10-11"),
            },
            signals={"length_days": 196},
        ),
    ),
    Day(
        "2026-10-13",  # the teaching has begun; on its second day nobody has heard from the person (spec A9)
        [register("1", on="12. oktober"), register("7", on="13. oktober")],
        Then(
            "phase3",
            "2026-10-12",
            missing=TEACHING,
            overdue=(*UNPREPARED, AGREEMENT),
            rules={ABSENCE: ("due_soon", "2026-10-13"), AGREEMENT: ("overdue", "2026-10-11")},
            signals={"length_days": 196, "attendance_rate": 0.5, "absence_chain": "contact_due"},
        ),
    ),
    Day(
        "2026-10-14",  # reached the day after
        [
            do_rule(
                "Opfølgning på fravær",
                "Kontakt efter fravær",
                {"Fraværsdag": "13/10", "Med": pick("Borger"), "Hvordan": pick("Opkald"), "Fik kontakt": pick("ja")},
            )
        ],
        Then(
            "phase3",
            "2026-10-12",
            missing=TEACHING,
            overdue=(*UNPREPARED, AGREEMENT),
            rules={ABSENCE: ("closed_late", "2026-10-13")},
            signals={"absence_chain": "contacted"},
        ),
    ),
    Day(
        "2026-11-05",  # the last teaching day: ready for the internship, and the agreement on it
        [
            form(
                "Status efter undervisning",
                {
                    "Anledning": pick("Afslutning på undervisning"),
                    "Hvem var med": marks("Borger", "Underviser"),
                    "Jeg kender mine ressourcer": "4",
                    "Jeg tager ansvar for min egen udvikling": "4",
                    "Jeg accepterer og håndterer mine barrierer": "3",
                    "Jeg er klar til praktik": "4",
                    "Kender egne ressourcer": "4",
                    "Tager ansvar for egen udvikling": "4",
                    "Accepterer og håndterer barrierer": "3",
                    "Klar til praktik": "4",
                    "Beslutning": pick("Fuld praktik"),
                    "Begrundelse": "Klar",
                },
            ),
            card_form(
                "A",
                "Samlet aftale",
                {
                    "Slags": pick("Virksomhedspraktik"),
                    "eller en ny": "Kantinen",
                    "Fra": "9/11",
                    "Til": "31/1",
                    "Timer om ugen": "20",
                    "Opgaver": "Kopiering",
                    "Navn": "Kim Lund",
                    "Telefon": "20 00 00 09",
                },
            ),
        ],
        Then(
            "phase3",
            "2026-10-12",
            overdue=(*UNPREPARED, "mastery.phase3.length-min"),  # the other days of the teaching have no mark
            rules={
                AGREEMENT: ("closed_late", "2026-10-11"),
                "mastery.phase3.exit-form": ("closed", "2026-11-08"),
                "mastery.phase3.exit-goals": "closed",
                "mastery.phase3.company-told": ("due_soon", "2026-11-08"),
            },
        ),
    ),
    Day(
        "2026-11-11",  # in the internship since Monday; the first weekly teaching day is a Wednesday
        [register("1", on="11. november")],
        Then(
            "phase4",
            "2026-11-09",
            missing=("mastery.phase4.exit",),
            overdue=(
                "mastery.phase3.company-prepared",
                "mastery.phase3.company-told",
                "mastery.phase3.length-min",
                "mastery.phase3.length-recommended",
            ),
            rules={
                "mastery.phase4.weekly-teaching-day": ("closed", "2026-11-15"),
                "mastery.phase4.length": ("closed", "2027-01-31"),
                "mastery.phase4.exit": ("open", "2027-02-14"),
            },
            signals={"weekly_day_rate": 1.0, "length_days": 196},
            also={"sub": "running"},
        ),
    ),
    Day(
        "2027-02-01",  # the course has ended
        [
            form(
                "Status",
                {
                    "Målt": pick("Ved afslutning"),
                    "Status": pick("Job"),
                    "Afklaret om job eller uddannelse": pick("Job"),
                    "Motivation for det (1-5)": "5",
                    "Kompetencer, der er udviklet": "Kassen",
                },
            )
        ],
        Then(
            "aftercare",
            "2027-02-01",
            overdue=("mastery.phase4.after-course-plan", "mastery.phase4.ongoing-follow-up"),
            rules={
                "mastery.phase4.exit": ("closed", "2027-02-14"),
                "mastery.phase4.outcome-at-end": ("closed", "2027-02-14"),
                "mastery.programme.min-18-weeks": "closed",
            },
            signals={"aftercare_suggestion": 0},
            also={"sub": "undecided"},
        ),
    ),
    Day(
        "2027-02-03",  # no aftercare: the case is closed
        [
            decide(
                "Efterværn",
                {
                    "Hvad": pick("Beslutning"),
                    "Hvem var med": marks("Borger", "Jobformidler"),
                    "Niveau (0-3)": "0",
                    "Fortsætter": pick("Ingen af delene"),
                    "Indhold": "Intet",
                    "Begrundelse": "Er i job",
                    "Ansvarlig": "Ane Bro",
                },
            )
        ],
        Then("closed", "2027-02-03", also={"final": True}),
    ),
)


def test_from_entry_to_exit(tmp_path: Path) -> None:
    walk(tmp_path, WALK)
