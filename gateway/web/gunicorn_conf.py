"""How gunicorn serves the gateway: threads in one process on SQLite, a process a core on PostgreSQL."""

import os
from pathlib import Path

from gateway.settings import read_settings

_settings = read_settings(os.environ, Path.cwd())

bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.web_workers
threads = _settings.web_threads
# Kept-alive connections stay with the process that took them: with several, one would serve everybody.
keepalive = 5 if workers == 1 else 0
timeout = 30
graceful_timeout = 5
preload_app = False
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
forwarded_allow_ips = ""  # the public address is a setting, never a header
accesslog = None  # addresses of requests may hold a phone number
errorlog = "-"
loglevel = _settings.log_level
control_socket_disable = True  # a second way to stop it, shared by all gateways of a user
proc_name = "saiduan-web"
