"""Rows as CSV text, and back."""

import csv
import io

import pandas as pd
import pytest

from storage.csv_rows import csv_bytes, csv_columns_bytes, text_of_csv_cell

TEXTS = [
    "plain", "", "nice\rmusic", "two\nlines", "both\r\n", "\r", "\n", "\x00", "a\x00b", '"',
    'a "b" c', "a,b", "=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "'", "'quoted'", " x ", "caffè ♪",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_as_it_was(text):
    data = csv_bytes([["before", text, "after"], ["next", "row", ""]])
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    assert [[text_of_csv_cell(cell) for cell in row] for row in rows] == [
        ["before", text, "after"],
        ["next", "row", ""],
    ]


@pytest.mark.parametrize("text", [text for text in TEXTS if "\x00" not in text])
def test_pandas_reads_the_same(text):
    data = csv_bytes([["a", "b"], [text, "after"]])
    table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    assert [text_of_csv_cell(cell) for cell in table.iloc[0]] == [text, "after"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["a", None, 1, 0.1, True], b"a,,1,0.1,True\n"),
        (["=1+1", "+1", "'"], b"'=1+1,'+1,''\n"),
        (["nice\rmusic"], b'"nice\rmusic"\n'),
        (["two\nlines", 'a "b"'], b'"two\nlines","a ""b"""\n'),
        ([-1.5, -2], b"-1.5,-2\n"),
        ([""], b'""\n'),
    ],
)
def test_a_row_is_written_so(row, expected):
    assert csv_bytes([row]) == expected


def test_no_rows_are_nothing():
    assert csv_bytes([]) == b""


def test_columns_are_written_as_the_rows_they_make():
    values = ["", "a,b", 'q"', "=1", "\r", "x\ny", 1.5, 2, True, None, "'"]
    other = ["only"]
    places = [*range(len(values)), -1]
    rows = [*([value, "only"] for value in values), [None, None]]
    columns = [(places, values), ([0] * len(values) + [-1], other)]
    assert csv_columns_bytes(columns) == csv_bytes(rows)
