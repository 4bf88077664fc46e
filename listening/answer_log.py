"""answers.csv: what listeners answered to questionnaires, a row for each question."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from listening.questionnaire import Part, SurveyAnswer, in_language
from listening.session import Session, SessionNotKept
from storage.csv_log import CsvLog, CsvLogError, read_csv_log

SCHEMA_VERSION = 1
COLUMNS = (
    "schema_version",
    "answered_at",
    "study_id",
    "session_id",
    "listener_id",
    "part",
    "question_id",
    "kind",
    "question",
    "answer",
    "choices",
)


class AnswerLog:
    """Rows are only ever added, all of a questionnaire at a time, once for each session."""

    def __init__(self, path: Path | str):
        self._table = CsvLog(path, COLUMNS)
        self._answered: dict[tuple[str, str], dict[str, str]] = {}  # choices, by question

    @property
    def path(self) -> Path:
        return self._table.path

    def append(
        self, session: Session, part: Part, answers: Sequence[SurveyAnswer]
    ) -> Sequence[SurveyAnswer]:
        """Write the answers and flush them to disk; those of a session are written once.

        Returns what is on disk: these answers, or those that were written before.
        Raises SessionNotKept if the file is not what this version writes, or the disk refuses.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        rows = [_row(session, part, answer, now) for answer in answers]
        try:
            with self._table.opened() as table:
                for row in table.rows_added():
                    chosen = self._answered.setdefault((row["session_id"], row["part"]), {})
                    chosen[row["question_id"]] = row["choices"]
                known = self._answered.get((session.session_id, part))
                if known is None:
                    table.write(rows)
                    return answers
        except CsvLogError as error:
            raise SessionNotKept("session_not_kept", reason=error) from error
        return [
            replace(one, chosen=tuple(map(int, known.get(one.question.question_id, "").split())))
            for one in answers
        ]

    def remove_session(self, session_id: str) -> int:
        """Delete the answers of a session for good; how many there were. Raises CsvLogError."""
        return self._table.remove("session_id", session_id)

    def recover(self) -> list[Path]:
        """Set aside rows that a crash left half written; where they are.

        Raises CsvLogError if the file cannot be used.
        """
        return self._table.recover()


def read_answers_csv(path: Path | str) -> list[dict[str, str]]:
    """All rows of an answers.csv; no file is no rows. Raises ValueError for other columns."""
    return read_csv_log(path, COLUMNS)


def _row(session: Session, part: Part, answer: SurveyAnswer, moment: str) -> dict:
    question = answer.question
    return {
        "schema_version": SCHEMA_VERSION,
        "answered_at": moment,
        "study_id": session.study_id,
        "session_id": session.session_id,
        "listener_id": session.listener_id,
        "part": part,
        "question_id": question.question_id,
        "kind": question.kind,
        "question": in_language(question.text, ""),
        "answer": answer.value if answer.number is None else answer.number,
        "choices": " ".join(map(str, answer.chosen)),
    }
