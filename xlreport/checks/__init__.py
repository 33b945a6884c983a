"""Checks: one module per family, (facts, context) → findings."""
