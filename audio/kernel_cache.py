"""Where numba keeps what it has compiled, so that the next start need not compile again."""

import os
import tempfile
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
SOURCE = Path(__file__).parents[1]


def choose_kernel_cache() -> str | None:
    """Where neither the source tree nor the user's cache can be written, a temporary folder.

    numba would refuse to compile at all there. To be called before a kernel is imported; what is
    returned is a sentence that says which folder was taken, None if numba's own choice will do.
    """
    if os.environ.get(VARIABLE) or _can_write(SOURCE / "metrics") or _can_write(_user_cache()):
        return None
    folder = Path(tempfile.gettempdir()) / f"restoration-lab-kernels-{_user()}"
    if not _can_write(folder):
        folder = Path(tempfile.mkdtemp(prefix="restoration-lab-kernels-"))
    os.environ[VARIABLE] = str(folder)
    return f"Neither {SOURCE} nor {_user_cache()} is writable: compiled code goes to {folder}"


def _user_cache() -> Path:
    """numba's folder for the user; where there is no home, one that cannot be written."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"
    except RuntimeError:
        return Path(os.devnull) / "numba"


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"


def _can_write(folder: Path) -> bool:
    """Whether files can be made in a folder of this user's own, which is made if need be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return False
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
