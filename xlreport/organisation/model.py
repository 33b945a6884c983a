"""The effective-dated register of an organisation: levels, unit types and who belonged where, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from xlreport.findings import Location


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the organisation, such as "Khối"; `order` counts from 0 at the top. `en` may be empty."""

    code: str
    vi: str
    en: str
    order: int
    source: Location = field(default=Location(), compare=False, repr=False)

    def title(self, language: str) -> str:
        """The title in "vi" or "en"; Vietnamese where there is no English one."""
        return self.en if language == "en" and self.en else self.vi


@dataclass(frozen=True, slots=True)
class UnitType:
    """A type of unit, such as "Đảng bộ cơ sở". `en` may be empty."""

    code: str
    vi: str
    en: str
    source: Location = field(default=Location(), compare=False, repr=False)

    def title(self, language: str) -> str:
        """The title in "vi" or "en"; Vietnamese where there is no English one."""
        return self.en if language == "en" and self.en else self.vi


@dataclass(frozen=True, slots=True)
class Membership:
    """One row of the register: a node, where it belongs and from which to which day (both inclusive).

    A node that moves or is renamed has several rows with one code and consecutive validity. None in
    `valid_from` or `valid_to` leaves that side open; None in `parent` makes it the root. `document` is the number
    of the document that the row rests on.
    """

    code: str
    name: str
    level: str
    parent: str | None = None
    unit_type: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    #: The nodes that this one succeeds from its first day on: several after a merger. Successors of a split name one.
    predecessors: tuple[str, ...] = ()
    document: str | None = None
    contact: str | None = None
    #: Where the row stands, and where each of its fields stands.
    source: Location = field(default=Location(), compare=False, repr=False)
    places: Mapping[str, Location] = field(default_factory=dict, compare=False, repr=False)
    #: Fields that could not be read and have been reported: nothing is concluded from them.
    unread: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @property
    def start(self) -> date:
        """First day of validity, the beginning of time where it is open."""
        return self.valid_from or date.min

    @property
    def end(self) -> date:
        """Last day of validity, the end of time where it is open."""
        return self.valid_to or date.max

    def valid_on(self, day: date) -> bool:
        """Whether the row holds on that day."""
        return self.start <= day <= self.end

    def place(self, name: str) -> Location:
        """Where a field stands; the row's own place for a field that is not written."""
        return self.places.get(name, self.source)


@dataclass(frozen=True, slots=True)
class Register:
    """The whole register. Levels from the top; memberships in official order."""

    levels: tuple[Level, ...]
    unit_types: tuple[UnitType, ...]
    memberships: tuple[Membership, ...]

    def level(self, code: str) -> Level | None:
        """The level of that code."""
        return next((level for level in self.levels if level.code == code), None)

    def unit_type(self, code: str) -> UnitType | None:
        """The unit type of that code."""
        return next((unit_type for unit_type in self.unit_types if unit_type.code == code), None)
