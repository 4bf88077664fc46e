"""Several files as one download."""

import io
import zipfile


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """A ZIP in memory; files : {name: content}."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
