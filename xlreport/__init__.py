"""xlreport: spreadsheet reporting for hierarchical organisations."""

__version__ = "0.1.0"
