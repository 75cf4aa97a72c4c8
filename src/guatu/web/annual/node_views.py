"""What the year's plan says of one project, for the project's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from guatu.web.annual.queries.nodes import year_nodes
from guatu.web.people.permissions import may, user_of
from guatu.web.projects.models import Project


@require_GET
def project_nodes(request: HttpRequest, pk: int) -> HttpResponse:
    """The nodes of this year's plan of a project: a part of its page."""
    by = user_of(request)
    project = get_object_or_404(Project, pk=pk, office=by.office_id)
    today = timezone.localdate()
    context = {
        "nodes": year_nodes(project, today),
        "year": today.year,
        "may_edit": may(by, "projects.edit"),
    }
    return render(request, "annual/_project_nodes.html", context)
