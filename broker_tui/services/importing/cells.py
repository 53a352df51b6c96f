"""One cell of a foreign file as a value, or a fault that names what is wrong without repeating the value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from broker_tui.domain.identity import IdentityFault, check_cpr, check_cvr, check_p_number
from broker_tui.domain.text import fold


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a cell cannot stand. `code` picks the sentence; `shape` is the value with digits as 9, letters as a."""

    code: str
    shape: str = ""


Value = str | int | date | time | None
Read = tuple[Value, CellFault | None, CellFault | None]
"""Value, fault that refuses the cell, warning."""


def shape(text: str) -> str:
    """What a value looks like, safe to show: `31/02-2026` -> `99/99-9999`."""
    mask = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text[:24]))
    return mask + ("…" if len(text) > 24 else "")


_CPR_INSIDE = re.compile(r"(?<!\d)(\d{6})[- ]?\d{4}(?!\d)")


def masked(text: str) -> str:
    """A sample value without the last four digits of a CPR number, whatever column it stands in."""
    return _CPR_INSIDE.sub(r"\1-****", text)


def _fault(code: str, text: str) -> Read:
    return None, CellFault(code, shape(text)), None


def read_cpr(text: str) -> Read:
    """Ten digits; a lost leading zero is put back; the checksum only warns."""
    checked = check_cpr(text)
    if checked.fault is not None:
        return _fault("cpr_date" if checked.fault is IdentityFault.DATE else "cpr_format", text)
    return checked.digits, None, CellFault("cpr_checksum", shape(text)) if checked.warning else None


def read_cvr(text: str) -> Read:
    """Eight digits; the checksum only warns."""
    checked = check_cvr(text)
    if checked.fault is not None:
        return _fault("cvr_format", text)
    return checked.digits, None, CellFault("cvr_checksum", shape(text)) if checked.warning else None


def read_p_number(text: str) -> Read:
    """Ten digits."""
    checked = check_p_number(text)
    return _fault("p_number_format", text) if checked.fault else (checked.digits, None, None)


_DATE = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4}|\d{2})(?:[ T]\d{1,2}[.:]\d{2}.*)?$")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?$")


def read_date(text: str) -> Read:
    """dd-mm-yyyy (also with dots, slashes or two-digit year) or ISO."""
    if match := _ISO.match(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DATE.match(text):
        day, month, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0
    else:
        return _fault("date_format", text)
    try:
        return date(year, month, day), None, None
    except ValueError:
        return _fault("date_impossible", text)


def read_time(text: str) -> Read:
    """`9.30`, `09:30`, `kl. 9`."""
    match = re.match(r"(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?(?:[.:]\d{2})?$", text.strip().casefold())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return _fault("time_format", text)
    return time(int(match[1]), int(match[2] or 0)), None, None


def read_minutes(text: str) -> Read:
    """Hours a week with decimal comma (or point) as whole minutes."""
    number = text.strip().replace(" ", "")
    if "," in number:
        number = number.replace(".", "").replace(",", ".")
    number = re.sub(r"(?i)(timer|time|t|hours|h)\.?$", "", number)
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", number):
        return _fault("hours_format", text)
    minutes = round(float(number) * 60)
    return _fault("hours_too_many", text) if minutes > 74 * 60 else (minutes, None, None)


def read_count(text: str) -> Read:
    """A whole number, thousands parted by dots or blanks."""
    number = re.sub(r"[ .]", "", text)
    return (int(number), None, None) if re.fullmatch(r"\d{1,6}", number) else _fault("count_format", text)


def read_text(text: str) -> Read:
    """One line."""
    return " ".join(text.split()), None, None


def read_long_text(text: str) -> Read:
    """Text with its line breaks."""
    return text, None, None


def read_code(text: str, words: Mapping[str, tuple[str, ...]]) -> Read:
    """The code one of whose words (Danish or English, folded) is in the cell."""
    wanted = re.sub(r"[^0-9a-z]+", "", fold(text))
    for code, known in words.items():
        if wanted in {re.sub(r"[^0-9a-z]+", "", fold(word)) for word in (code, *known)}:
            return code, None, None
    return _fault("code_unknown", text)


PROGRAMMES = {
    "guarantee": ("Uddannelses- og jobgaranti", "Jobgaranti", "UJG", "Garanti"),
    "fsm2": ("Flere skal med 2", "Flere skal med", "FSM"),
    "uif2": ("Udvikling i fleksjob II", "Udvikling i fleksjob 2", "Udvikling i fleksjob", "UIF", "UIF II"),
    "flexjob": ("Forsøg med fleksjob", "Fleksjob på få timer", "Fleksjob", "FLEKS"),
    "mastery": ("Joborienteret mestringsforløb", "Mestringsforløb", "Mestring", "MEST"),
}
CONTACT_KINDS = {
    "phone": ("Telefon", "Opkald", "Tlf", "Telefonisk", "Telefonsamtale", "Call"),
    "meeting": ("Møde", "Samtale", "Personligt", "Fremmøde", "Jobsamtale", "Besøg", "Visit"),
    "video": ("Video", "Videomøde", "Teams", "Skype"),
    "text": ("Sms", "Mail", "E-mail", "Digital post", "Besked", "Chat"),
    "letter": ("Brev", "Post"),
}
OUTCOMES = {
    "reached": ("Holdt", "Afholdt", "Gennemført", "Opnået", "Kontakt", "Ja", "Held"),
    "not_reached": ("Intet svar", "Ikke opnået", "Ikke truffet", "Nej", "No answer"),
    "no_show": ("Udeblevet", "Udeblivelse", "Mødte ikke"),
    "cancelled_by_citizen": ("Afbud", "Aflyst af borger", "Cancelled"),
    "cancelled_by_staff": ("Aflyst", "Aflyst af jobcenter", "Cancelled by us"),
}
DIRECTIONS = {"out": ("Ud", "Udgående", "Fra os"), "in": ("Ind", "Indgående", "Fra borger")}
PLACEMENT_TYPES = {
    "ordinary_employment": ("Ordinær ansættelse", "Ordinære timer", "Ordinært job", "Ansættelse", "Lønnede timer"),
    "wage_subsidy": ("Løntilskud",),
    "internship": ("Praktik", "Virksomhedspraktik"),
    "flexjob": ("Fleksjob",),
    "education": ("Uddannelse",),
    "taster": ("Snusepraktik", "Snuseaktivitet"),
}
STAGES = {
    "found": ("Fundet", "Emne"),
    "contacted": ("Kontaktet",),
    "meeting": ("Møde", "Mødt"),
    "agreement": ("Aftale",),
    "active": ("Aktiv",),
    "resting": ("Hviler", "Passiv"),
}
