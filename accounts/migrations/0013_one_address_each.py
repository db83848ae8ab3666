"""A person has the one address an admin gave them. What was kept beside it kept them from a second step, and let old addresses in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_words_learned_once"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [migrations.RunSQL("DELETE FROM account_emailaddress", migrations.RunSQL.noop)]
