"""Ways in which a JSON file can be damaged; each takes its content and returns another."""

import json


def with_values(**changed):
    """The same with other values."""
    return lambda data: json.dumps(json.loads(data) | changed).encode()


DAMAGE = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "a list": lambda data: b"[" + data + b"]",
    "nested deeply": lambda data: b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "not UTF-8": lambda data: data.replace(b'"', b'"\xff', 1),
    "zeros": lambda data: bytes(len(data)),
}
FUTURE = {"a future version": with_values(schema_version=99)}
