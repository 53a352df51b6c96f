"""CPR, CVR and P-number: format and date refuse, the checksum only warns (new CPR numbers may fail modulus 11)."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum


class IdentityFault(Enum):
    """What is wrong with a number; the texts live in the catalogue."""

    FORMAT = "format"
    DATE = "date"
    CHECKSUM = "checksum"


@dataclass(frozen=True, slots=True)
class Checked:
    """A number as stored (digits only), and what is wrong with it.

    `fault` refuses the number, `warning` only mentions it.
    """

    digits: str
    fault: IdentityFault | None = None
    warning: IdentityFault | None = None


def _digits(text: str) -> str:
    return re.sub(r"[\s.\-/]", "", text)


def check_cpr(text: str) -> Checked:
    """Ten digits with a real date; a leading zero lost by a spreadsheet is put back."""
    digits = _digits(text)
    if len(digits) == 9 and digits.isdecimal():
        digits = "0" + digits
    if not (len(digits) == 10 and digits.isascii() and digits.isdecimal()):
        return Checked("", fault=IdentityFault.FORMAT)
    if birth_date(digits) is None:
        return Checked(digits, fault=IdentityFault.DATE)
    from stdnum.dk import cpr  # late: only needed where a number is typed

    return Checked(digits, warning=None if cpr.checksum(digits) == 0 else IdentityFault.CHECKSUM)


def birth_date(cpr: str) -> date | None:
    """The date of birth that the ten digits stand for (the seventh digit tells the century), or None."""
    day, month, year, century = int(cpr[:2]), int(cpr[2:4]), int(cpr[4:6]), int(cpr[6])
    if century <= 3:
        year += 1900
    elif century in (4, 9):
        year += 2000 if year <= 36 else 1900
    else:
        year += 2000 if year <= 57 else 1800
    try:
        return date(year, month, day)
    except ValueError:
        return None


def mask_cpr(cpr: str) -> str:
    """`010190-****`: the date is what a broker needs to tell two people apart."""
    return f"{cpr[:6]}-****" if cpr else ""


def show_cpr(cpr: str) -> str:
    """`010190-0000`."""
    return f"{cpr[:6]}-{cpr[6:]}" if cpr else ""


def check_cvr(text: str) -> Checked:
    """Eight digits (with or without `DK` before); the checksum only warns."""
    digits = _digits(text.upper().removeprefix("DK"))
    if not (len(digits) == 8 and digits.isascii() and digits.isdecimal() and digits[0] != "0"):
        return Checked("", fault=IdentityFault.FORMAT)
    from stdnum.dk import cvr  # late: only needed where a number is typed

    return Checked(digits, warning=None if cvr.is_valid(digits) else IdentityFault.CHECKSUM)


def check_p_number(text: str) -> Checked:
    """Ten digits: the number of one production unit of a company."""
    digits = _digits(text)
    if not (len(digits) == 10 and digits.isascii() and digits.isdecimal()):
        return Checked("", fault=IdentityFault.FORMAT)
    return Checked(digits)
