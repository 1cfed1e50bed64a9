"""What may be published stands beside the counts; whether a day is decided stands with the day.

Removes DecidedWeek, which said so for Sundays alone. Nothing is lost: days stored before are counted and decided again.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("barometer", "0004_checked"),
        ("courses", "0004_campaign_courses_in_order"),
        ("learners", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="cell",
            name="base_completed",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="cell",
            name="base_counted",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="cell",
            name="flows",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="cell",
            name="hidden",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="cell",
            name="parent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="learners.unit"
            ),
        ),
        migrations.AddField(
            model_name="cell",
            name="sum_shown",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="cell",
            name="told",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="cellday",
            name="settled",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="cellday",
            name="spread",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(fields=["campaign", "on", "parent"], name="cells_below_a_unit"),
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(fields=["campaign", "unit", "on"], name="cells_of_one_unit"),
        ),
        migrations.DeleteModel(
            name="DecidedWeek",
        ),
    ]
