"""What a container is made of, without a container: the image's files, and its command.

Not tried here: building the image, its user, and its network.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from listening import read_votes
from listening.plan import TrialDesign
from listening.study import StudyRules
from listening.study_store import StudyStore
from tests.support import trials
from tests.support.killed_server import started
from tests.support.voters import Voter

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PASSWORD = "open sesame"


def instruction(name: str) -> str:
    """What follows a name in the Dockerfile, the last one if there are several; lines joined."""
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return re.findall(rf"^{name} +(.*)$", joined, re.MULTILINE)[-1]


@pytest.fixture
def image(tmp_path):
    """The files that COPY takes, by .dockerignore; everything else is left out."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "*"
    app = tmp_path / "app"
    app.mkdir()
    for name in [line[1:] for line in lines if line.startswith("!")]:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.pyi")
            shutil.copytree(ROOT / name, app / name, ignore=ignored)
        else:
            (app / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, app / name)
    for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = line.split()
        assert [one for one in sources if not (app / one).exists()] == []
    return app


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def environment(data):
    """ENV of the Dockerfile, with /data elsewhere, and what compose.yaml adds."""
    pairs = dict(pair.split("=", 1) for pair in instruction("ENV").split())
    values = {name: value.replace("/data", str(data)) for name, value in pairs.items()}
    assert values["GRADIO_SERVER_NAME"] == "0.0.0.0"
    elsewhere = f"file://{data.parent / 'elsewhere'}"
    return values | {
        "GRADIO_SERVER_PORT": "0",
        "LAB_PASSWORD": PASSWORD,
        "COPY_RESULTS": elsewhere,
        "FORWARDED_ALLOW_IPS": "*",
    }


@pytest.fixture
def command(data):
    program, *arguments = json.loads(instruction("CMD"))
    assert program == "python"
    return [sys.executable, *(one.replace("/data", str(data)) for one in arguments)]


def is_healthy(image, environment, address) -> bool:
    asked = {**environment, "GRADIO_SERVER_PORT": address.rsplit(":", 1)[1]}
    check = json.loads(re.search(r"CMD (\[.*\])$", instruction("HEALTHCHECK"))[1])
    return not subprocess.run(
        [sys.executable, *check[1:]], cwd=image, env={**os.environ, **asked}, check=False
    ).returncode


def test_the_image_s_files_serve_and_survive_a_kill(image, data, environment, command):
    results = data / "results"
    voter = None
    with started(command, image, environment) as (process, address):
        address = address.replace("0.0.0.0", "127.0.0.1")
        assert is_healthy(image, environment, address)
        assert httpx.get(f"{address}/", follow_redirects=False).status_code == 401
        study = trials.open_study(
            StudyStore(results / "studies"),
            conditions=("original", "hbss"),
            design=TrialDesign("pair", has_training=False),
            rules=StudyRules(min_listening_s=0),
        )
        voter = Voter(study.study_id)
        voter.connect(address)
        voter.to_first_trial()
        assert voter.hear() > 10_000
        voter.vote()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not is_healthy(image, environment, address)
    with started(command, image, environment) as (process, address):
        address = address.replace("0.0.0.0", "127.0.0.1")
        voter.connect(address)
        assert voter.ask("state")["step"] == "done"
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    assert len(read_votes(results / "votes.csv")) == 2
    copied = data.parent / "elsewhere" / "votes.csv"
    assert copied.read_bytes() == (results / "votes.csv").read_bytes()
    left = sorted(path.name for path in image.iterdir() if path.name != "__pycache__")
    listed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert left == sorted({line[1:].split("/")[0] for line in listed if line.startswith("!")})


def test_links_are_right_behind_a_proxy_in_another_container(image, environment, command):
    behind = environment | {"GRADIO_ROOT_PATH": "/lab"}
    forwarded = {
        "Accept": "text/html",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "site.example",
        "X-Forwarded-For": "203.0.113.7",
    }
    with started(command, image, behind) as (_, address):
        address = address.replace("0.0.0.0", "127.0.0.1")
        answer = httpx.get(f"{address}/lab/", headers=forwarded, follow_redirects=False)
        assert answer.headers["location"].startswith(("/lab/login", "https://site.example/lab"))
        assert is_healthy(image, behind, address)


def test_compose_asks_for_a_password_and_passes_on_what_the_image_reads():
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert "LAB_PASSWORD: ${LAB_PASSWORD:?" in text
    for name in ("GRADIO_ROOT_PATH", "FORWARDED_ALLOW_IPS", "COPY_RESULTS"):
        assert f"{name}: ${{{name}:-" in text
    assert instruction("USER") == "lab"
