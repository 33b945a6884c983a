"""The ledger: submissions, their readings, facts and findings. The only SQL of the product.

Nothing in it is ever changed or removed. A submission is one content, identified by its SHA-256; a reading is
one evaluation of it, and the latest one stands. Of the accepted submissions of a unit for a form and a period
the one received last is current, and only its facts are figures.
"""

from xlreport.ledger.connection import Ledger, Transaction, open_ledger
from xlreport.ledger.model import (
    Action,
    Edition,
    EditionSource,
    EditionTotal,
    Known,
    Mark,
    Outcome,
    PeriodDecision,
    Reading,
    Role,
    Standing,
    Submission,
)
from xlreport.ledger.store import FactRow
from xlreport.ledger.tables import FACT_COLUMNS

__all__ = [
    "FACT_COLUMNS",
    "Action",
    "Edition",
    "EditionSource",
    "EditionTotal",
    "FactRow",
    "Known",
    "Ledger",
    "Mark",
    "Outcome",
    "PeriodDecision",
    "Reading",
    "Role",
    "Standing",
    "Submission",
    "Transaction",
    "open_ledger",
]
