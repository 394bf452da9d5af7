"""An index on the visitors' thumbs, for the page of content entries. Makes no table anew."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Needs the tables of 0001."""

    dependencies: ClassVar = [("review", "0002_search_and_append_only")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="turn", index=models.Index(fields=["thumb"], name="review_turn_thumb")
        ),
    ]
