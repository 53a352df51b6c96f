"""A few small forms for the tests of the form screen: skip logic, rows, secrets, versions, decisions, authority."""

OLD = """
[[form]]
id = "T-1"
version = 1
da = "Prøveark"
en = "Trial sheet"
date = "held_on"
[[form.section]]
da = "Først"
en = "First"
[[form.section.field]]
name = "held_on"
type = "date"
da = "Holdt"
en = "Held on"
required = true
[[form.section.field]]
name = "gone"
type = "text"
da = "Udgået felt"
en = "Field that is gone"
[[form.section.field]]
name = "note"
type = "long"
da = "Notat"
en = "Note"
sensitivity = "S2"
"""
NEW = """
[[form]]
id = "T-1"
version = 2
da = "Prøveark"
en = "Trial sheet"
date = "held_on"
[[form.section]]
da = "Først"
en = "First"
[[form.section.field]]
name = "held_on"
type = "date"
da = "Holdt"
en = "Held on"
required = true
help = { da = "Dagen for samtalen", en = "The day of the talk" }
[[form.section.field]]
name = "kind"
type = "choice"
da = "Form"
en = "Kind"
required = true
choices = [ { code = "meeting", da = "Møde", en = "Meeting" }, { code = "phone", da = "Telefon", en = "Phone" } ]
[[form.section.field]]
name = "place"
type = "text"
da = "Sted"
en = "Place"
required = true
if = { field = "kind", is = "meeting" }
[[form.section.field]]
name = "note"
type = "long"
da = "Notat"
en = "Note"
sensitivity = "S2"
[[form.section]]
da = "Så"
en = "Then"
[[form.section.field]]
name = "functions"
type = "texts"
da = "Funktioner"
en = "Functions"
[[form.section.field]]
name = "lines"
type = "list"
da = "Registreringer"
en = "Registrations"
fields = [
  { name = "reference", type = "text", da = "Henvisning", en = "Reference", required = true },
  { name = "when", type = "date", da = "Hvornår", en = "When" },
  { name = "secret", type = "text", da = "Fortroligt", en = "Confidential", sensitivity = "S2" },
]
[[form.fact]]
fact = "cv"
if = { field = "functions" }
values = { functions = "functions" }
[[form.fact]]
fact = "registered"
each = "lines"
on = "when"
values = { reference = "reference" }
"""
DECISIONS = """
[[form]]
id = "T-2"
da = "Beslutning om gruppe"
en = "Decision about the group"
decision = true
repeat = true
[[form.section]]
da = "Beslutning"
en = "Decision"
[[form.section.field]]
name = "reason"
type = "text"
da = "Hvorfor"
en = "Why"
required = true
[[form]]
id = "T-3"
da = "Myndighedsark"
en = "Authority sheet"
decision = true
authority_only = true
[[form.section]]
da = "Myndighed"
en = "Authority"
[[form.section.field]]
name = "text"
type = "text"
da = "Tekst"
en = "Text"
[[prompt]]
key = "t.p1"
da = "Hvad vil du gerne prøve?"
en = "What would you like to try?"
"""
FORMS = OLD + NEW + DECISIONS
