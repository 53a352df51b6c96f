"""Our reader of catalogues says what the standard library's says, for every text of the program."""

import gettext

from broker_tui.i18n import LOCALE
from broker_tui.i18n.catalogue import CONTEXT, Catalogue

PATH = LOCALE / "da" / "LC_MESSAGES" / "broker.mo"


def test_every_text_is_the_one_of_the_standard_library() -> None:
    ours = Catalogue(PATH)
    with PATH.open("rb") as file:
        theirs = gettext.GNUTranslations(file)
    table: dict[object, str] = vars(theirs)["_catalog"]
    assert len(table) > 500
    for key, text in table.items():
        if isinstance(key, tuple):
            message, form = key
            assert ours.counted(message, "?", 1 if form == 0 else 7) == text
            assert ours.counted(message, "?", 0) == theirs.ngettext(message, "?", 0)
        elif key:
            context, sign, message = str(key).rpartition(CONTEXT)
            assert ours.text(message, context) == text, sign


def test_an_unknown_text_stays_as_it_is() -> None:
    ours = Catalogue(PATH)
    assert ours.text("No such sentence.") == "No such sentence."
    assert ours.text("") == "", "the header of the file is no text"
    assert ours.text("May", "no such context") == "May"
    assert (ours.counted("one fox", "{count} foxes", 1), ours.counted("one fox", "{count} foxes", 0)) == (
        "one fox",
        "{count} foxes",
    )
