"""Search: the plain words of names, their indexes, and the words a mistyped one may have meant.

``salvor_plain`` stands in indexes and so must be immutable, which unaccent is only with its dictionary named in full:
the functions are made with the schema that the extension lives in. Their cost keeps the planner from reading a table
row by row, alone or in parallel, where it could ask an index.
"""

import string

import accounts.plain
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

SIGNS = string.punctuation.replace("'", "''")
SPACES = " " * len(string.punctuation)

FUNCTIONS = """
CREATE FUNCTION salvor_plain(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT COST 100000 AS $$
BEGIN
    RETURN ' ' || lower(translate({schema}.unaccent('{schema}.unaccent', words), '{signs}', '{spaces}'));
END
$$;

CREATE FUNCTION salvor_words(words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT COST 100000 AS $$
BEGIN
    RETURN to_tsvector('pg_catalog.simple', lower(translate({schema}.unaccent('{schema}.unaccent', words), '{signs}', '{spaces}')));
END
$$;

CREATE FUNCTION salvor_plain_contact(name text, email text, phone text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT COST 100000 AS $$
BEGIN
    RETURN ' ' || lower(translate({schema}.unaccent('{schema}.unaccent', name || ' ' || email), '{signs}', '{spaces}'))
        || ' ' || regexp_replace(phone, '[^0-9]', '', 'g');
END
$$;
"""
NO_FUNCTIONS = """
DROP FUNCTION salvor_plain_contact(text, text, text);
DROP FUNCTION salvor_words(text);
DROP FUNCTION salvor_plain(text);
"""

# A statement at a time for what is added, by row for the rare renaming, so that an update of anything else costs nothing.
LEARNING = """
CREATE FUNCTION salvor_learn_words(kind_of text, names text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO accounts_knownword (kind, word)
    SELECT kind_of, found.word
    FROM (SELECT DISTINCT w.word FROM unnest(names) AS n(name), string_to_table(salvor_plain(n.name), ' ') AS w(word)) AS found
    WHERE length(found.word) BETWEEN 3 AND 40 AND found.word !~ '[0-9]'
        AND NOT EXISTS (SELECT FROM accounts_knownword AS known WHERE known.kind = kind_of AND known.word = found.word);
$$;

CREATE FUNCTION salvor_learn_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM salvor_learn_words(TG_ARGV[0], (SELECT array_agg(fresh.name::text) FROM fresh));
    RETURN NULL;
END
$$;

CREATE FUNCTION salvor_learn_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM salvor_learn_words(TG_ARGV[0], ARRAY[NEW.name::text]);
    RETURN NULL;
END
$$;
"""
NO_LEARNING = """
DROP FUNCTION salvor_learn_renamed();
DROP FUNCTION salvor_learn_new();
DROP FUNCTION salvor_learn_words(text, text[]);
"""


def learning(table: str, kind: str) -> migrations.RunSQL:
    """The triggers of one table that has names, and its words so far."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER salvor_learn_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
            FOR EACH STATEMENT EXECUTE FUNCTION salvor_learn_new('{kind}');
        CREATE TRIGGER salvor_learn_renamed AFTER UPDATE OF name ON {table}
            FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION salvor_learn_renamed('{kind}');
        SELECT salvor_learn_words('{kind}', (SELECT array_agg(name::text) FROM {table}));
        """,
        f"DROP TRIGGER salvor_learn_renamed ON {table}; DROP TRIGGER salvor_learn_new ON {table};",
    )


def make_functions(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'unaccent'")
        schema = cursor.fetchone()[0]
    schema_editor.execute(FUNCTIONS.format(schema=schema, signs=SIGNS, spaces=SPACES), params=None)


def drop_functions(apps, schema_editor):
    schema_editor.execute(NO_FUNCTIONS, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_log_in_and_notices'),
    ]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RunPython(make_functions, drop_functions),
        migrations.CreateModel(
            name='KnownWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', 'Person'), ('account', 'Account'), ('deal', 'Deal')], max_length=7)),
                ('word', models.TextField()),
            ],
        ),
        migrations.AddIndex(
            model_name='account',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(accounts.plain.Plain('name'), name='gin_trgm_ops'), name='account_by_words'),
        ),
        migrations.AddIndex(
            model_name='accountdomain',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(accounts.plain.Plain('domain'), name='gin_trgm_ops'), name='domain_by_words'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(accounts.plain.PlainContact('name', 'email', 'phone'), name='gin_trgm_ops'), name='contact_by_words'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(accounts.plain.Plain('name'), name='gin_trgm_ops'), name='user_by_words'),
        ),
        migrations.AddIndex(
            model_name='knownword',
            index=models.Index(django.contrib.postgres.indexes.OpClass('word', name='text_pattern_ops'), models.F('kind'), name='known_word_begins'),
        ),
        migrations.AddIndex(
            model_name='knownword',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('word', name='gin_trgm_ops'), name='known_word_trigrams'),
        ),
        migrations.AddConstraint(
            model_name='knownword',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'account', 'deal'])), name='known_word_kind_known'),
        ),
        migrations.RunSQL(LEARNING, NO_LEARNING),
        learning("accounts_account", "account"),
        learning("accounts_contact", "person"),
        learning("accounts_user", "person"),
    ]
