"""What the pages are built from; put together by app.py."""

from dataclasses import dataclass

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
    media: MediaStore
    app_version: str
