"""Style, script and font files: addressed by their content, kept by browsers for a year, and sent compressed."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

SMALL = 500
COMPRESSED = frozenset({"text/html", "text/css", "text/javascript", "application/json"})
FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Assets:
    """Content hashes of the static files by name."""

    versions: Mapping[str, str]

    @classmethod
    def read(cls, app: Flask) -> "Assets":
        """Hash every file of the app's static folder."""
        folder = Path(app.static_folder or "")
        files = (path for path in folder.rglob("*") if path.is_file())
        return cls({str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()[:10] for path in files})

    def address(self, name: str) -> str:
        """Return the address of a file; another content has another address."""
        return url_for("static", filename=name, v=self.versions[name])

    def lighten(self, response: Response) -> Response:
        """Let static files be kept, and compress text: most readers pay for every kilobyte.

        Compressing a page beside its token is safe here: cookies are SameSite=Strict, so another site cannot ask for
        pages of a session and compare their lengths.
        """
        if request.method == "HEAD" or response.status_code == 304:
            response.close()  # nobody reads its body: a file behind it would stay open
        if request.endpoint == "static" and response.status_code == 200:
            response.headers["Cache-Control"] = FOR_A_YEAR
        if response.mimetype not in COMPRESSED or response.status_code in (204, 304):
            return response
        response.vary.add("Accept-Encoding")
        if not request.accept_encodings["gzip"] or request.method == "HEAD":
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) > SMALL:
            response.set_data(gzip.compress(body, 6, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response
