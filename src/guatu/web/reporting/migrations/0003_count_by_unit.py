"""The desk counts reports of a unit, and those late, in the index alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reporting", "0002_problems_and_reading")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="report", name="report_by_unit"),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["period_unit", "current", "late"], name="report_by_unit"),
        ),
    ]
