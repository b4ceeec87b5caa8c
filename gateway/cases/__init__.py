"""Reports and cases: triage, routing, escalation. Pure."""
