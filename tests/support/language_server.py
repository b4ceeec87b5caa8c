"""An editor's side of the Language Server Protocol, over the standard streams of a real server."""

import itertools
import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.doubles.node_packages import find_package

_PATIENCE = 60.0  # seconds; a busy machine starts the server slowly
Message = dict[str, Any]


class Editor:
    """Opens files in a server and asks what an editor would show; lines and columns count from 0, as it does."""

    def __init__(self, root: Path, read: IO[bytes], write: IO[bytes]) -> None:
        self._root, self._read, self._write = root, read, write
        self._numbers = itertools.count(1)
        self._answers: queue.Queue[Message] = queue.Queue()
        self._diagnostics: queue.Queue[Message] = queue.Queue()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        about = {"workspace": {"configuration": True}, "textDocument": {"publishDiagnostics": {}}}
        self._ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": about})
        self._tell("initialized", {})

    def open(self, file: str, text: str) -> list[Message]:
        """Open a file with a text, whatever stands on disk; return its diagnostics."""
        document = {"uri": self._uri(file), "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while True:
            published = self._diagnostics.get(timeout=_PATIENCE)
            if published["uri"] == self._uri(file):
                return list(published["diagnostics"])

    def completion(self, file: str, line: int, column: int) -> set[str]:
        """Return the labels that are offered at a place."""
        found = self._ask("textDocument/completion", self._place(file, line, column))
        return {item["label"] for item in (found or {}).get("items", ())}

    def hover(self, file: str, line: int, column: int) -> str:
        """Return what is shown about a place."""
        found = self._ask("textDocument/hover", self._place(file, line, column))
        return str(found["contents"]["value"]) if found else ""

    def close(self) -> None:
        """Ask the server to end."""
        self._ask("shutdown", None)
        self._tell("exit", None)

    def _uri(self, file: str) -> str:
        return (self._root / file).as_uri()

    def _place(self, file: str, line: int, column: int) -> Message:
        return {"textDocument": {"uri": self._uri(file)}, "position": {"line": line, "character": column}}

    def _ask(self, method: str, about: Message | None) -> Any:  # noqa: ANN401  # answers differ by what is asked
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": about})
        answer = self._answers.get(timeout=_PATIENCE)
        assert answer["id"] == number and "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, about: Message | None) -> None:
        self._send({"method": method, "params": about})

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._write.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._write.flush()

    def _listen(self) -> None:
        for message in _messages(self._read):
            if "method" not in message:
                self._answers.put(message)
            elif message["method"] == "textDocument/publishDiagnostics":
                self._diagnostics.put(message["params"])
            elif "id" in message:
                self._send({"id": message["id"], "result": self._wanted(message)})

    def _wanted(self, message: Message) -> object:
        """Answer what the server asks of an editor: its settings; nothing from the network."""
        if message["method"] != "workspace/configuration":
            return None
        ours = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
        return [ours if item.get("section") == "yaml" else None for item in message["params"]["items"]]


def _messages(stream: IO[bytes]) -> Iterator[Message]:
    while True:
        size = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        if not size:
            return
        yield json.loads(stream.read(size))


@contextmanager
def editing(root: Path) -> Iterator[Editor]:
    """Run the server on a project; it ends with the block."""
    package = find_package("yaml-language-server")
    assert package is not None
    command = ("node", str(package / "bin" / "yaml-language-server"), "--stdio")
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        editor = Editor(root, process.stdout, process.stdin)
        yield editor
        editor.close()
        process.wait(timeout=_PATIENCE)
    finally:
        process.kill()
        process.communicate()
