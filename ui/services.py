"""What the pages are built from; put together by app.py."""

from dataclasses import dataclass
from tempfile import TemporaryDirectory

from experiment.shelf import ExperimentShelf
from generation import ClipLibrary, MusicGen, SyntheticMusic
from listening import VoteLog
from listening.room import ListeningRoom
from restorers import PresetBook
from ui.media import MediaStore


@dataclass(frozen=True)
class Services:
    musicgen: MusicGen
    synthetic: SyntheticMusic
    library: ClipLibrary
    presets: PresetBook
    votes: VoteLog
    room: ListeningRoom
    previews: ListeningRoom  # of studies not open yet; nothing in it is kept
    experiments: ExperimentShelf
    media: MediaStore
    scratch: TemporaryDirectory  # deleted when the app ends; holds the previews
    app_version: str
