"""What a page asks for while another thread imports torch, which takes seconds."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = """
import sys, types

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ImportError(name)

sys.meta_path.insert(0, NoTorch())
import app
from restorers import noisereduce_gate  # would import torch
if {settles}:
    app.settle_array_types()
sys.modules["torch"] = types.ModuleType("torch")  # begun, and nothing in it yet
app.warm_up()
import numpy as np
from scipy.stats import friedmanchisquare
from audio.clip import AudioClip
from comparison import Comparison
from generation import Prompt, SyntheticMusic
from restorers import Catalogue
from versions.alignment import align
clip = SyntheticMusic().generate(Prompt("a tune", duration_s=1.0))
align(clip, clip)
comparison = Comparison(clip)
comparison.hiss()
for restorer in Catalogue().defaults().values():
    comparison.removal(restorer)
friedmanchisquare(*np.array([[1.0, 2.0, 3.0], [2.0, 3.0, 1.0], [3.0, 1.0, 2.0]]))
print("all computed")
"""


@pytest.mark.parametrize("settles", [True, False])
def test_sounds_and_statistics_do_not_ask_a_half_imported_torch(settles):
    code = SCRIPT.format(settles=settles)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    if settles:
        assert (done.stdout.split("\n")[-2:-1], done.returncode) == (["all computed"], 0), done
    else:  # the test would be empty without the trouble
        assert "has no attribute 'Tensor'" in done.stderr
