"""Our own scripts and styles, each page's put together as one file."""

from pathlib import Path

from fastapi import FastAPI, Response

ASSETS = Path(__file__).parent / "assets"
# In the order they build on one another.
PLAYER_SCRIPTS = ("engine.js", "page.js", "words.js", "transport.js", "stage.js", "trial.js")
STUDIO_SCRIPTS = (*PLAYER_SCRIPTS, "player.js", "ballot.js", "library.js")
LISTEN_SCRIPTS = (*PLAYER_SCRIPTS, "listen-words.js", "connection.js", "listen.js")


def add_bundle(app: FastAPI, path: str, names: tuple[str, ...], media_type: str) -> None:
    """Serve these files, one after the other, at `path`."""
    whole = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)

    @app.get(path)
    def bundle():
        return Response(whole, media_type=media_type, headers={"Cache-Control": "no-cache"})
