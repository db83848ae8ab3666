"""Words are learned from each different one of a statement's names, not from every name: names that come together share most of theirs."""

from django.db import migrations

LEARN = """
CREATE OR REPLACE FUNCTION salvor_learn_words(kind_of text, names text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO accounts_knownword (kind, word)
    SELECT kind_of, found.word
    FROM ({words}) AS found
    WHERE length(found.word) BETWEEN 3 AND 40 AND found.word !~ '[0-9]'
        AND NOT EXISTS (SELECT FROM accounts_knownword AS known WHERE known.kind = kind_of AND known.word = found.word);
$$;
"""
OF_EVERY_NAME = "SELECT DISTINCT w.word FROM unnest(names) AS n(name), string_to_table(salvor_plain(n.name), ' ') AS w(word)"
# Mere numbers are no words.
OF_EACH_DIFFERENT_ONE = """
        SELECT DISTINCT w.word
        FROM (SELECT DISTINCT p.part FROM unnest(names) AS n(name), string_to_table(n.name, ' ') AS p(part) WHERE p.part !~ '^[0-9]*$') AS said,
             string_to_table(salvor_plain(said.part), ' ') AS w(word)"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_notices_in_fewer_indexes")]

    operations = [migrations.RunSQL(LEARN.format(words=OF_EACH_DIFFERENT_ONE), LEARN.format(words=OF_EVERY_NAME))]
