"""What the apps hang into the frame: each may have a module ``desk.py``.

An app's ``desk.py`` may name

* ``JOBS: dict[str, Handler]``: background jobs by kind (``page.jobs``),
* ``JOB_WORDS: dict[str, str]``: what the kinds of jobs are called,
* ``EVERY: dict[str, timedelta]``: how often a kind of job is queued by itself,
* ``SEARCHES: tuple[Search, ...]``: what Ctrl-K finds (``page.search``),
* ``WAITING: tuple[Waiting, ...]``: what waits for a person on the workbench (``page.waiting``),
* ``PERMISSIONS: dict[str, Permission]``: what one may be allowed (``people.permissions``),
* ``VERBS: dict[str, str]``: what the verbs of the trail are called,
* ``TERMS: dict[str, str]``: what keys of its before and after that are no columns are called,
* ``PUT_RIGHT``, ``WAS_PUT_RIGHT``: what was adjusted after issue (``reporting.standing``),
* ``KNOWN: tuple[KnownThing, ...]``: what satisfies an item of a checklist (``projects.known``),
* ``SAMPLE``: a function that fills the sample city (``people.sample``).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.conf import settings


def desks() -> list[ModuleType]:
    """The desk modules of all apps, lowest app first."""
    names = [f"guatu.web.{name}.desk" for name in settings.DESK_APPS]
    return [import_module(name) for name in names if find_spec(name) is not None]


def gathered(name: str) -> list[Any]:
    """What the apps name under this name, in the order of the apps; absent ones left out."""
    return [getattr(desk, name) for desk in desks() if hasattr(desk, name)]
