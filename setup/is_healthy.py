"""Whether the app answers: exit status 0 if so. For a container's health check."""

import os
import sys
import urllib.error
import urllib.request

TIMEOUT_S = 5


def main() -> int:
    """Asks for the listeners' page without a study, which needs no password and is always 404."""
    port = os.environ.get("GRADIO_SERVER_PORT", "7860")
    root = os.environ.get("GRADIO_ROOT_PATH", "").strip("/")
    path = f"/{root}/listen" if root else "/listen"
    try:
        here = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        here.open(f"http://127.0.0.1:{port}{path}", timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        return 0 if error.code == 404 else 1
    except OSError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
