"""The building parts of every screen: themes, signs, lists, fields, sheets and the hours curve."""
