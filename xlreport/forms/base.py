"""What every part of a form is made of: strict frozen models, codes, and texts in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from xlreport.numbers import SIGNIFICANT_DIGITS, plain

#: Codes of indicators and rules; of forms, tables and options; of measures.
CODE_PATTERN = r"^[0-9A-Za-z][0-9A-Za-z_-]{0,15}$"
NAME_PATTERN = r"^[a-z][a-z0-9_-]{0,19}$"
MEASURE_PATTERN = r"^[a-z][a-z0-9_]{0,19}$"


#: A text that is longer fits no cell that anybody would read.
MAX_TEXT = 1_000

Code = Annotated[str, Field(pattern=CODE_PATTERN)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
MeasureCode = Annotated[str, Field(pattern=MEASURE_PATTERN)]


def canonical(value: Decimal) -> str:
    """A number in the one way in which every notation gives it back: 1.50 and 1.5 are the same definition."""
    return plain(value.normalize()) if value else "0"


#: A number that a spreadsheet cell can hold.
Number = Annotated[
    Decimal,
    Field(max_digits=SIGNIFICANT_DIGITS),
    PlainSerializer(canonical, return_type=str, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]+([.][0-9]+)?$"}]}),
]


class Model(BaseModel):
    """Frozen, and no field is overlooked because its name was misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, data: Any) -> Any:
        """An empty field takes its default; one that there is not is an error, empty or not."""
        if not isinstance(data, Mapping) or None not in data.values():
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {name: value for name, value in data.items() if value is not None or name not in known}


class LocalText(Model):
    """A text in Vietnamese and, where there is one, English."""

    vi: str = Field(min_length=1, max_length=MAX_TEXT)
    en: str | None = Field(default=None, max_length=MAX_TEXT)

    @model_validator(mode="before")
    @classmethod
    def _in_one_language(cls, data: Any) -> Any:
        """A text in English only stands for both: not every office that keeps a form writes Vietnamese."""
        is_english_only = isinstance(data, Mapping) and isinstance(data.get("en"), str) and data.get("vi") is None
        return {**data, "vi": data["en"]} if is_english_only else data

    def pick(self, language: str) -> str:
        """The text in a language; Vietnamese where it was not translated."""
        return self.en if language == "en" and self.en else self.vi

    def in_all(self) -> dict[str, str]:
        """The text by language, for findings, which are worded when they are read."""
        return {"vi": self.vi, "en": self.en or self.vi}


def _local(value: object) -> object:
    return {"vi": value} if isinstance(value, str) else value


Text = Annotated[LocalText, BeforeValidator(_local, json_schema_input_type=str | LocalText)]
