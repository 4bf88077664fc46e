import fsspec
import pytest

from experiment.running.output import OutputError, OutputFolder


@pytest.fixture(params=["local", "memory"])
def output(request, tmp_path):
    yield OutputFolder(str(tmp_path / "out") if request.param == "local" else "memory://out")
    fsspec.filesystem("memory").store.clear()


def test_what_is_written_is_read_and_replaced(output):
    assert output.read("a/b.csv") is None
    output.write("a/b.csv", b"one")
    output.write_all("a/b.csv", [b"two", b"three"])
    assert output.read("a/b.csv") == b"twothree"
    assert output.names("a") == ["a/b.csv"]


def test_files_of_a_folder_are_named_in_order_and_half_written_ones_are_not(output):
    assert output.names("work") == []
    for name in ("work/2.jsonl", "work/1.jsonl", "work/3.jsonl.unfinished"):
        output.write(name, b"")
    assert output.names("work") == ["work/1.jsonl", "work/2.jsonl"]


def test_deleting_what_is_gone_is_no_error(output):
    output.write("a.csv", b"x")
    output.delete("a.csv")
    output.delete("a.csv")
    assert output.read("a.csv") is None


def test_a_write_that_breaks_leaves_the_file_as_it_was(output):
    output.write("a.csv", b"whole")

    def parts():
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="a.csv could not be written to .*: No space left"):
        output.write_all("a.csv", parts())
    assert output.read("a.csv") == b"whole"


def test_another_address_is_another_folder(output):
    output.write("a.csv", b"x")
    assert OutputFolder(output.url).read("a.csv") == b"x"
    assert OutputFolder(output.url_of("b")).read("a.csv") is None


def test_an_unknown_kind_of_address_is_explained():
    with pytest.raises(OutputError, match="nonsense://x cannot be used"):
        OutputFolder("nonsense://x")
