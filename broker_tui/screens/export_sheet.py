"""Write something to a file: what, as what, for whom. Sealed is the way; the plain one asks why."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, cast

from textual import on
from textual.widget import Widget

from broker_tui.domain.views import InvalidInput, Refusal
from broker_tui.i18n import N_, _, ngettext
from broker_tui.screens.base import Reader
from broker_tui.services.exporting import FORMS, WHATS, Done, Form, Way, What, suggested
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form as FieldForm
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import EMPTY, Line, line
from broker_tui.widgets.text_fields import MaskedField, TextField

_LABEL = 16
NAMES: dict[str, str] = {
    "person": N_("this person, everything"),
    "pack": N_("hand-over pack"),
    "caseload": N_("caseload"),
    "contacts": N_("contacts"),
    "placements": N_("placements"),
    "hours": N_("hours"),
    "companies": N_("companies"),
    "visits": N_("visits"),
}
_OF_PERSON = ("person", "pack")
WAYS = {"passphrase": N_("a passphrase"), "municipality": N_("the municipality"), "plain": N_("nobody: unsealed")}


class ExportSheet(FormSheet[Done | None], Reader):
    """Closes with what was written."""

    DEFAULT_CSS = """
    ExportSheet Form { max-width: 94; }
    ExportSheet #warning { height: auto; }
    """
    _busy: bool = False
    _PLACES: ClassVar[tuple[str, ...]] = ("Documents", "Dokumenter")

    def __init__(self, citizen_id: str | None = None) -> None:
        """Open; on a person's card with that person as the first choice."""
        super().__init__()
        self._citizen = citizen_id
        self._named = ""

    def heading(self) -> Line:
        """What this is."""
        return line((_("Write to a file"), "strong"))

    def body(self) -> Iterable[Widget]:
        """Fields; those that do not apply are hidden."""
        whats = (*_OF_PERSON, *WHATS) if self._citizen else WHATS
        with FieldForm():
            yield self._choice("what", _("What"), {name: NAMES[name] for name in whats})
            yield ChoiceField(
                "form", _("As"), options=[Option(f, f.upper()) for f in ("xlsx", "csv", "json")], label_width=_LABEL
            )
            yield self._choice("redacted", _("Pseudonyms"), {"no": N_("no"), "yes": N_("yes, and no free text")})
            yield self._choice("way", _("Sealed for"), WAYS)
            yield MaskedField("passphrase", _("Passphrase"), label_width=_LABEL)
            yield MaskedField("again", _("Once more"), label_width=_LABEL)
            yield TextField("reason", _("Why unsealed"), label_width=_LABEL)
            yield Lines(wrapped=True, id="warning")
            yield TextField("file", _("File"), label_width=_LABEL)

    def _choice(self, key: str, label: str, words: dict[str, str]) -> ChoiceField:
        options = [Option(code, _(word)) for code, word in words.items()]
        return ChoiceField(key, label, options=options, value=next(iter(words)), label_width=_LABEL)

    def on_mount(self) -> None:
        """Begin with what."""
        self._follow()
        self.query_one(FieldForm).fields()["what"].focus()

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        event.stop()
        self._follow()

    def _follow(self) -> None:
        """Show what the choices ask for, and a name for the file until somebody wrote one."""
        form = self.query_one(FieldForm)
        fields, values = form.fields(), form.values()
        whole, way = values["what"] in _OF_PERSON, values["way"]
        fields["form"].display = fields["redacted"].display = not whole
        fields["passphrase"].display = fields["again"].display = way == "passphrase"
        fields["reason"].display = way == "plain"
        warning = _("Whoever finds this file reads it. The reason is kept in the audit log.")
        said = line((f"{glyph('soon')} ", "warn"), (warning, "warn")) if way == "plain" else EMPTY
        self.query_one("#warning", Lines).update(said)
        kind = {"person": "json", "pack": "txt"}.get(values["what"], values["form"])
        name = suggested(values["what"], kind, self.broker.today, plain=way == "plain")
        if values["file"] in ("", self._named):
            self._named = str(self._folder() / name)
            fields["file"].set_value(self._named)

    def _folder(self) -> Path:
        found = [Path.home() / name for name in self._PLACES if (Path.home() / name).is_dir()]
        return found[0] if found else Path.home()

    def action_done(self) -> None:
        """Write it."""
        form = self.query_one(FieldForm)
        values = form.values()
        if self._busy:
            return
        if values["way"] == "passphrase" and values["passphrase"] != values["again"]:
            form.show_errors({"again": _("The two passphrases are not the same. Type them again.")})
            return
        way = Way(
            passphrase=values["passphrase"] or None if values["way"] == "passphrase" else None,
            reader="municipality" if values["way"] == "municipality" else None,
            plain=values["way"] == "plain",
            reason=values["reason"],
            redacted=values["redacted"] == "yes" and values["what"] not in _OF_PERSON,
        )
        path, exporting, citizen = Path(values["file"]).expanduser(), self.services.exporting, self._citizen
        what = values["what"]
        kind: Form = next((one for one in FORMS if one == values["form"]), "xlsx")

        def work() -> Done:
            if what == "pack":
                return exporting.handover_pack(citizen or "", self._page(citizen or ""), path, way)
            if what == "person":
                return exporting.whole_case(citizen or "", path, way)
            return exporting.table(cast(What, what), kind, path, way)

        self._busy = True
        self.say("", _("Writing the file …"))
        self.read(work, self.dismiss, group="export", description="export", failed=self._failed)

    def _page(self, citizen_id: str) -> str:
        from broker_tui.i18n import pack_words

        return pack_words.plain(self.services.handovers.pack(citizen_id), self.clock_today)

    def _failed(self, error: Exception) -> bool:
        self._busy = False
        form = self.query_one(FieldForm)
        if isinstance(error, Refusal):
            form.show_errors({"passphrase" if form.fields()["passphrase"].display else "file": error.sentence})
            self.say("refused", error.sentence)
            return True
        if not isinstance(error, InvalidInput):
            return False
        at = {"to": "way"}
        errors = {at.get(f.field, f.field): self.broker.field_error(f.field, f.code, f.args) for f in error.errors}
        form.show_errors(errors)
        self.say("refused", next(iter(errors.values())))
        return True


def told(done: Done) -> str:
    """What was written where."""
    rows = ngettext("{count} row", "{count} rows", done.count).format(count=done.count)
    sealed = _("sealed") if done.sealed else _("NOT sealed")
    return _("Written, {sealed}: {path} ({rows}). It is noted in the audit log.").format(
        sealed=sealed, path=done.path, rows=rows
    )
