"""A Hugging Face hub of one model on this machine: what the client asks, from a folder."""

import hashlib
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

REVISION = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def fake_hub(model: str, folder: Path):
    """Yields the address; serves `folder` as the only model, `model`, until left."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.answer(with_body=False)

        def do_GET(self):
            self.answer(with_body=True)

        def answer(self, *, with_body: bool):
            path = self.path.split("?")[0]
            if re.fullmatch(rf"/api/models/{re.escape(model)}(/revision/(main|{REVISION}))?", path):
                siblings = [{"rfilename": name} for name in files]
                body = json.dumps({"id": model, "sha": REVISION, "siblings": siblings}).encode()
                return self.send(body, with_body, {"Content-Type": "application/json"})
            if path == f"/api/models/{model}/tree/{REVISION}":
                tree = [
                    {"type": "file", "path": n, "size": len(d), "oid": hashlib.sha1(d).hexdigest()}
                    for n, d in files.items()
                ]
                body = json.dumps(tree).encode()
                return self.send(body, with_body, {"Content-Type": "application/json"})
            wanted = re.fullmatch(rf"/{re.escape(model)}/resolve/{REVISION}/(.+)", path)
            if wanted and wanted[1] in files:
                data = files[wanted[1]]
                etag = hashlib.sha1(data).hexdigest()
                return self.send(data, with_body, {"ETag": f'"{etag}"', "X-Repo-Commit": REVISION})
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            return self.end_headers()

        def send(self, body: bytes, with_body: bool, headers: dict):
            self.send_response(200)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
