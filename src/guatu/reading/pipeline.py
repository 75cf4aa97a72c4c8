"""The whole road on one page: document → outline → entries → ledger → findings."""

from __future__ import annotations

from guatu.checks import Case, run_checks
from guatu.documents.document import Document
from guatu.reading.assembly import assembled
from guatu.reading.collector import collector_at_rest
from guatu.reading.extractors import citations, duties, projects, routines, tables, targets
from guatu.reading.extractors.targets.timing import Clock
from guatu.reading.material import material_of
from guatu.reading.outline import outline_of
from guatu.reading.reading import Reading


@collector_at_rest()
def read_plan(document: Document) -> Reading:
    """Read an action plan (行动方案) into a ledger, with all that looked wrong in it.

    Never raises on any text: what cannot be read is simply not in the ledger.
    """
    outline = outline_of(document)
    material = material_of(outline)
    # Citations and duty notes first: titles and lists of units are full of numbers and names
    # that are neither targets nor projects.
    cited = citations.extract(outline)
    noted = duties.extract(outline)
    masks = (*noted.notes, *(citation.quote.span for citation in cited))
    tabled = tables.extract(material)
    clock = Clock(material)
    running = targets.extract(material, (*masks, *tabled.spans), clock)
    found = tuple(sorted((*running, *tabled.targets), key=lambda target: target.quote.start))
    named = projects.extract(outline, material.periods, noted.notes, clock.of_row)
    timed = routines.extract(outline)
    ledger = assembled(
        material, targets=found, duties=noted, projects=named, routines=timed, citations=cited,
        clock=clock,
    )  # fmt: skip
    return Reading(document, ledger, run_checks(Case.of(ledger, document.text, outline.norm)))
