"""Cells → identity → facts and findings."""
