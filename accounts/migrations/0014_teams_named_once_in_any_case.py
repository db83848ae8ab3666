"""Two teams at one place differ by more than capitals. Of those that do not, the later ones get a number: "sales (2)"."""

from django.db import migrations, models
from django.db.models.functions import Lower

LONGEST = 120


def tell_apart(apps, schema_editor):
    teams = apps.get_model("accounts", "Team").objects
    taken = {(parent, name.lower()) for parent, name in teams.values_list("parent_id", "name")}
    met = set()
    for team in teams.order_by("pk"):
        name, number = team.name, 2
        while (team.parent_id, name.lower()) in (met if name == team.name else taken):
            name = f"{team.name[: LONGEST - len(f' ({number})')]} ({number})"
            number += 1
        met.add((team.parent_id, name.lower()))
        taken.add((team.parent_id, name.lower()))
        if name != team.name:
            teams.filter(pk=team.pk).update(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_one_address_each")]

    operations = [
        migrations.RemoveConstraint(model_name="team", name="team_name_once_per_parent"),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint("parent", Lower("name"), nulls_distinct=False, name="team_name_once_per_parent"),
        ),
    ]
