"""The whole app in a thread, on a free port."""

import threading
import time
from contextlib import contextmanager

import uvicorn

import app


@contextmanager
def running(options, port: int = 0):
    """Yields the address of an app made from `options` until left."""
    listening_socket = app.bind("127.0.0.1", port)
    services = app.build_services(options)
    application = app.build_app(
        services, password=app.password_for(options), root_path=app.root_path_of(options)
    )
    config = app.server_config(application)
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listening_socket]}, daemon=True
    )
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening_socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        services.scratch.cleanup()
