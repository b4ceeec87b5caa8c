"""Pages as people meet them: a real Chromium over a gateway served from this process."""
