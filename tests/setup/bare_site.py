"""A site of one page at a time, under the real content policy, for scripts to be tried on."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, request
from werkzeug.serving import make_server

from matchmaker.resources import STATIC, asset
from matchmaker.web import security

HTMX = json.dumps({"includeIndicatorStyles": False, "allowEval": False})
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Parts</title>
<meta name="htmx-config" content='{htmx}'>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/{css}">
<script src="/static/{theme}"></script>
<script src="/static/{app}" defer></script>
</head>
<body>
<main><h1>Parts</h1>
{body}
</main>
<div id="htmx-error" role="alert" hidden data-offline="No connection." data-failed="The server failed."
     data-refused="Refused."><p data-text></p><button type="button" data-close>Close</button></div>
</body>
</html>"""

FRAGMENT = """<div id="results"><p data-announce>Three results</p>
<select data-choices aria-label="Town"><option>绍兴</select></div>"""


class Site:
    """Serves one page at a time and remembers what was posted to it."""

    def __init__(self) -> None:
        self.body = ""
        self.posts: list[dict[str, list[str]]] = []
        self.url = ""
        self.answer = threading.Event()
        self.app = Flask(__name__, static_folder=str(STATIC))
        security.init_app(self.app)
        self.app.add_url_rule("/", view_func=self.page)
        self.app.add_url_rule("/", endpoint="post", view_func=self.post, methods=["POST"])
        self.app.add_url_rule("/part", view_func=self.part)
        self.app.add_url_rule("/broken", view_func=self.broken)

    def page(self) -> str:
        built = {name: asset(file) for name, file in [("css", "app.css"), ("theme", "theme.js"), ("app", "app.js")]}
        return PAGE.format(htmx=HTMX, body=self.body, **built)

    def post(self) -> str:
        self.posts.append(request.form.to_dict(flat=False))
        self.answer.wait(timeout=5)
        return '<!doctype html><html lang="en"><title>Thanks</title><link rel="icon" href="data:,"><p>Thank you'

    def part(self) -> str:
        self.answer.wait(timeout=5)
        return FRAGMENT

    def broken(self) -> Response:
        return Response("no", status=500)


@contextmanager
def served(site: Site) -> Iterator[None]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    site.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        site.answer.set()
        server.shutdown()
        thread.join()
        server.server_close()
