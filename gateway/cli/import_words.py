"""What the command line says of a list of contacts: why a cell or a file cannot be taken, and the cure."""

from collections.abc import Mapping
from typing import Final

CELLS: Final[Mapping[str, tuple[str, str]]] = {
    "empty": ("no number", "type it, or delete the row"),
    "formula": ("a formula", "type the value itself; formulas are never computed"),
    "exponent": (
        "the spreadsheet broke this number: digits are lost",
        "format the column as text and type the number again",
    ),
    "digits_missing": ("digits are missing", "write it whole, with its 020 or 030"),
    "which_country": (
        "a number of another country, or a wrong one",
        "write it with + and its country, or add a column country",
    ),
    "two_numbers": ("two numbers", "one number a row"),
    "no_number": ("no valid phone number", "write it as 020 and eight digits, or with + and its country"),
    "fixed_line": ("a fixed line, which gets no text", "give a mobile number"),
    "country_not_served": (
        "a country that is never written to",
        "delete the row, or give a number of a served country",
    ),
    "country_unknown": ("an unknown country", "write LA, TH, VN, KH, MM, CN or MY"),
    "language_unknown": ("an unknown language", "write lo, en, hmn, kjg or lo-Latn"),
    "district_unknown": ("an unknown district", "write its code, such as LA1704, or its name"),
    "district_unclear": ("several places have this name", "write the district's code, such as LA1704"),
    "district_elsewhere": ("a district outside your places, or none", "write one of the districts you work for"),
    "role_unknown": ("an unknown role", "write village chief, LWU head, trainer, volunteer or teacher"),
    "consent_unclear": (
        "neither yes nor no",
        "write yes or no, or the purposes: information, training, survey, travel",
    ),
    "date_unreadable": ("no date", "write 31/12/2026 or 2026-12-31"),
    "date_in_future": ("a day that has not come", "write the day on which she agreed"),
    "too_long": ("longer than 80 characters", "shorten it"),
    "repeated": ("a number that stands above already", "the first row counts"),
}
"""Reason of a cell -> what is wrong, and what to do."""

FILES: Final[Mapping[str, tuple[str, str]]] = {
    "empty_file": ("the file is empty", "its first row names the columns"),
    "no_phone_column": ("no column phone", "the first row must name one column phone, or ເບີໂທ"),
    "no_district_column": ("no column district", "whoever works for some districts names the district of each row"),
    "column_twice": ("a column is named twice", "give each column one name"),
    "old_excel": ("an Excel file of the old kind", "save it as .xlsx or .csv"),
    "no_text": ("neither a text nor a spreadsheet", "save it as .csv or .xlsx"),
    "unknown_letters": ("the letters are neither UTF-8, UTF-16 nor Windows-874", "save it as CSV UTF-8"),
    "broken_row": ("a row that never ends: a quote is not closed", "close the quote"),
    "broken_workbook": ("a workbook that cannot be opened", "open it in a spreadsheet program and save it anew"),
    "no_workbook": (
        "the file is named .xlsx and is no workbook",
        "open it in a spreadsheet program and save it as .xlsx or .csv",
    ),
    "unpacks_too_large": ("the workbook is too large inside", "save it as .csv"),
    "too_large": ("the file is larger than 100 MB", "cut it in two"),
    "too_many_rows": ("too many rows", "cut the file in two"),
    "too_many_flaws": ("too many cells cannot be taken", "repair the column in the spreadsheet first"),
}
"""Reason of a file -> what is wrong, and what to do."""
