"""What waits to come in stands in a narrow table of its own; imports under way keep their rows."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def move(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    project, arrival = (apps.get_model("projects", name) for name in ("Project", "Arrival"))
    waiting = project.objects.filter(arriving__isnull=False)
    arrival.objects.bulk_create(
        [
            arrival(project_id=pk, job_id=job, replaces_id=replaces)
            for pk, job, replaces in waiting.values_list("pk", "arriving_id", "replaces_id")
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="projects.project",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrivals",
                        to="projects.import",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
            ],
            options={"verbose_name": "待导入项目"},
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="project",
            name="project_replacement_arrives",
        ),
        migrations.RemoveField(model_name="project", name="arriving"),
        migrations.RemoveField(model_name="project", name="replaces"),
        migrations.AlterField(
            model_name="importrow",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="import_rows",
                to="projects.project",
            ),
        ),
    ]
