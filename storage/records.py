"""Records on disk: dataclasses as JSON for people to read, checked when they are read back."""

import functools
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter

VERSION_KEY = "schema_version"
Record = TypeVar("Record")


def record_json(record: Any, *, schema_version: int) -> str:
    """A dataclass as indented JSON, its schema version first.

    Fields with an alias (pydantic's Field) are written under it.
    """
    adapter = _adapter_of(type(record))  # type: ignore[arg-type] # mypy takes no class for hashable
    facts = adapter.dump_python(record, by_alias=True)
    return json.dumps({VERSION_KEY: schema_version, **facts}, indent=2, ensure_ascii=False) + "\n"


def record_from_json(
    record_type: type[Record], text: str, *, schema_version: int, oldest: int | None = None
) -> Record:
    """The inverse of `record_json`.

    oldest : the first version that can be read: what it lacks has a default
    Raises ValueError for anything but such a record of a version that can be read.
    """
    facts = facts_from_json(text)
    version = facts.pop(VERSION_KEY, None)
    readable = range(schema_version if oldest is None else oldest, schema_version + 1)
    if type(version) is not int or version not in readable:
        raise ValueError(f"schema version must be {schema_version}, got {version!r}")
    return record_from_facts(record_type, facts)


def facts_from_json(text: str | bytes) -> dict[str, Any]:
    """A JSON object; raises ValueError for anything else."""
    try:
        facts = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply for a record") from error
    if not isinstance(facts, dict):
        raise ValueError("a record is a JSON object")
    return facts


def record_from_facts(record_type: type[Record], facts: dict[str, Any]) -> Record:
    """The dataclass of which `facts` are the fields; raises ValueError if they are not."""
    adapter = _adapter_of(record_type)  # type: ignore[arg-type] # as above
    record: Record = adapter.validate_python(facts)
    return record


@functools.cache
def _adapter_of(record_type: type) -> TypeAdapter[Any]:
    return TypeAdapter(record_type)
