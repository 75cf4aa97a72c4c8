"""Screens of the frame: the workbench, search, jobs, the components."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from guatu.web.page import queries, showcase
from guatu.web.page.figures import source_page
from guatu.web.page.models import Job
from guatu.web.page.parts import page_or_part
from guatu.web.page.search import find
from guatu.web.page.waiting import matters


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """工作台: what waits for me."""
    context = {"matters": matters(request.user), "today": timezone.localdate()}
    return render(request, "page/workbench.html", context)


@require_GET
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """For whoever watches the server: 200 while the database answers."""
    health = queries.health()
    seen = health.worker_seen
    answer = {
        "version": health.version,
        "database": health.database,
        "database_answers": health.database_answers,
        "worker_last_seen": seen.isoformat() if seen else None,
        "worker_alive": health.worker_alive,
        "jobs_waiting": health.jobs_waiting,
        "jobs_failed": health.jobs_failed,
    }
    return JsonResponse(answer, status=200 if health.database_answers else 503)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Ctrl-K: the list of hits, or a page of them without scripts."""
    words = request.GET.get("q", "")
    context = {"words": words.strip(), "hits": find(words, request.user)}
    return page_or_part(request, "page/search.html", part="hits", context=context)


@require_POST
def session(request: HttpRequest) -> HttpResponse:
    """继续工作: asking is enough to keep the session alive."""
    request.session.modified = True
    return HttpResponse(status=204)


@require_GET
@never_cache
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """A job as it goes on, for those who wait for it."""
    found = get_object_or_404(Job, pk=pk)
    context = {"job": found, "then": request.GET.get("then", "")}
    return page_or_part(request, "page/job.html", part="job", context=context)


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """All components together, for developers."""
    if not (settings.DEBUG or getattr(request.user, "administers_system", False)):
        raise Http404
    return page_or_part(
        request, "page/components.html", part="rows", context=showcase.context(request.GET)
    )


@require_GET
def component_source(request: HttpRequest) -> HttpResponse:
    """The invented figure's source, for developers."""
    return source_page(request, showcase.SOURCE)
