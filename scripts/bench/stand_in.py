"""A provider that takes a text after a fixed time and says so: one asyncio process, so that it costs little.

    python -m scripts.bench.stand_in PORT MILLISECONDS

``GET /taken`` answers how many texts came and when each number in ``WATCHED`` got one (seconds since 1970, by body).
"""

import asyncio
import json
import sys
import time
from urllib.parse import parse_qs

WATCHED = "+85620559"


class Provider:
    """What was taken, and how long taking lasts."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.count = 0
        self.watched: dict[str, float] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests over one kept-alive connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = int(head.lower().partition("content-length:")[2].partition("\r\n")[0] or 0)
                body = await reader.readexactly(length)
                status, answer = await self.answer(head, body)
                written = json.dumps(answer).encode()
                kind = "application/json"
                writer.write(
                    f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\nContent-Length: {len(written)}\r\n\r\n".encode()
                    + written
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, head: str, body: bytes) -> tuple[int, object]:
        """Take a text, or tell what was taken."""
        if head.startswith("GET /taken"):
            return 200, {"count": self.count, "watched": self.watched}
        fields = parse_qs(body.decode())
        to, text = fields.get("To", ["?"])[0], fields.get("Body", [""])[0]
        if to.startswith(WATCHED):
            self.watched.setdefault(text, time.time())
        self.count += 1
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return 201, {"sid": f"SM{self.count:032x}", "status": "queued", "num_segments": "1", "error_code": None}


async def main(port: int, milliseconds: float) -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(Provider(milliseconds / 1000).serve, "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
    except KeyboardInterrupt:
        pass
