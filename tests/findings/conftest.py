import pytest

from findings.samples import fetch_samples


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """The CC0 recordings, from the registry; once for all workers."""
    shared = tmp_path_factory.getbasetemp().parent / "cc0-samples"
    from filelock import FileLock

    with FileLock(f"{shared}.lock"):
        return fetch_samples(shared)
