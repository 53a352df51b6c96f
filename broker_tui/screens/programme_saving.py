"""How a form of a programme becomes its record: kept as begun or complete, with everything that cannot stand at its
field."""

from collections.abc import Mapping
from dataclasses import replace

from broker_tui.domain.views import FieldError, InvalidInput, Saved
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.programme_words import both
from broker_tui.screens.programme_base import FilledForm, progress_of
from broker_tui.screens.programme_values import PREFIX, key_of, read_values
from broker_tui.widgets.long_form import LongForm


class SavedForm(FilledForm):
    """`^S` keeps what there is, `^D` completes the form."""

    _complete = True

    @property
    def form(self) -> LongForm:
        """The fields together."""
        return self.query_one(LongForm)

    def action_store(self) -> None:
        """Keep what there is as a form that was begun, once every key typed before is taken."""
        self.after_typing(self._keep_begun)

    def _keep_begun(self) -> None:
        self._complete = False
        super().action_done()

    def action_done(self) -> None:
        """Complete the form."""
        self._complete = True
        super().action_done()

    def make(self, values: Mapping[str, str]) -> Saved:
        """The record of the form, new or changed; what was typed in fields not asked for any more stays in it."""
        plain = {key.removeprefix(PREFIX): text for key, text in values.items()}
        told, read = read_values(self.definition.fields.values(), plain, self.services.clock.now())
        shown = {field.name for field in self.definition.shown(told)}
        wrong = tuple(error for error in read.errors if error.field.partition(".")[0] in shown)
        try:
            if wrong:
                raise InvalidInput(wrong)
            return self.services.forms.save(
                self.args["case_id"],
                self.definition.id,
                told,
                record_id=self.opened.record_id,
                version=self.definition.version,
                on=self.opened.on,
                complete=self._complete,
            )
        except InvalidInput as error:
            raise InvalidInput(tuple(replace(fault, field=key_of(fault.field)) for fault in error.errors)) from error

    def _refused(self, error: Exception) -> bool:
        """Errors of rows stand at their list; what is missing is named."""
        if not isinstance(error, InvalidInput):
            return super()._refused(error)
        self._saving = False
        told = [self._told(fault) for fault in error.errors]
        missing = [label for fault, (_key, label, _said) in zip(error.errors, told, strict=True) if _is_missing(fault)]
        texts = {key: said for key, _label, said in reversed(told)}
        self.call_later(self._show_wrong, texts, missing)
        return True

    def _told(self, fault: FieldError) -> tuple[str, str, str]:
        """Key of the field an error stands at, the name of what it is about, and the sentence."""
        name, _dot, rest = fault.field.removeprefix(PREFIX).partition(".")
        field = self.definition.fields.get(name)
        said = self.error_text(fault.field, fault.code, fault.args)
        if field is None:
            return key_of(name), name, said
        if not rest:
            return key_of(name), both(field), said
        number, _dot, part = rest.partition(".")
        label = next((both(sub) for sub in field.fields if sub.name == part), part)
        said = _("Row {number}, {field}: {what}").format(number=int(number) + 1, field=label, what=said)
        return key_of(name), label, said

    async def _show_wrong(self, texts: Mapping[str, str], missing: list[str]) -> None:
        await self.form.draw_all()
        self.form.show_errors(texts)
        if missing:
            count = len(missing)
            said = ngettext(
                "{count} required field is missing: {names}", "{count} required fields are missing: {names}", count
            )
            self.say("refused", said.format(count=count, names=", ".join(missing)))

    def said(self) -> str:
        """Which form, whose, how far."""
        name = both(self.definition)
        if self._complete:
            return _("{form} complete on {name}").format(form=name, name=self.who)
        done, asked = progress_of(self.definition, self.filled)
        told = _("{form} kept as begun on {name}: {done} of {all}")
        return told.format(form=name, name=self.who, done=done, all=asked)


def _is_missing(fault: FieldError) -> bool:
    return fault.code == "required"
