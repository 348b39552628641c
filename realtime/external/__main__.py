"""``python -m realtime.external``: the gateway in the media process's place."""

from __future__ import annotations

import logging
import os
import sys

import uvicorn

from realtime.external.gateway import Gateway
from realtime.external.settings import BadSetting, from_environment
from realtime.parent import die_with_parent


def main() -> int:
    """Read the settings, log to standard error, serve."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    die_with_parent()
    try:
        settings = from_environment(os.environ)
    except BadSetting as wrong:
        sys.stderr.write(f"media: {wrong}\n")
        return 2
    uvicorn.run(
        Gateway(settings), host=settings.http_host, port=settings.http_port, access_log=False,
        log_config=None, lifespan="on", ws="none", server_header=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
