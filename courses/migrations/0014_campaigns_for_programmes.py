import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0013_translation_checks")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="programme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="courses.programme",
                verbose_name="programme",
            ),
        ),
    ]
