"""Flows of tests, read as the gateway reads them, or refused."""

from gateway.conversation.flow import Flow
from gateway.conversation.loader import read_flow
from gateway.errors import ContentRefused


def load_flow(text: str | bytes, file: str) -> Flow:
    """Read and check one flow file; raises ContentRefused with all findings, at most 100."""
    flow, findings = read_flow(text, file)
    if flow is None or any(finding.severity == "error" for finding in findings):
        raise ContentRefused(findings)
    return flow
