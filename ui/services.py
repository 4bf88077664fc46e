"""What the pages are built from; put together by app.py."""

from dataclasses import dataclass
from tempfile import TemporaryDirectory

from experiment.running.experiment_store import ExperimentStore
from generation import ClipStore, MusicGen, SyntheticMusic
from listening import VoteLog
from listening.previews import Previews
from listening.session_flow import SessionFlow
from restorers import Catalogue, PresetStore
from ui.media import MediaStore
from versions.version_store import VersionStore


@dataclass(frozen=True)
class Services:
    musicgen: MusicGen
    synthetic: SyntheticMusic
    clips: ClipStore
    catalogue: Catalogue
    presets: PresetStore
    versions: VersionStore
    votes: VoteLog
    flow: SessionFlow
    previews: Previews
    experiments: ExperimentStore
    media: MediaStore
    scratch: TemporaryDirectory  # deleted when the app ends; holds the previews
    app_version: str
