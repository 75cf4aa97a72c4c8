"""The web system as a WSGI application, for ``guatu serve`` and any other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guatu.web.settings")
application = get_wsgi_application()
