"""Settings for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from databases import postgresql_available, postgresql_server
from hypothesis import HealthCheck, settings
from oracles import libreoffice_available

# The same examples in every run, and no failure because a machine is busy. Look further with
# `pytest --hypothesis-profile=search`.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests."""
    with postgresql_server() as address:
        yield address


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what needs LibreOffice or PostgreSQL where it is not installed, and say so."""
    if item.get_closest_marker("libreoffice") and not libreoffice_available():
        pytest.skip("LibreOffice Calc (soffice) is not installed: the second recalculation is left out")
    if item.get_closest_marker("postgresql") and not postgresql_available():
        pytest.skip("PostgreSQL is not installed: the ledger is tried in SQLite only")
