"""scripts/sql/readonly-role.sql: the program works with the role, which can write nothing."""

import json
import unittest
import uuid

from world import PROGRAM, REPOSITORY, Database, psql, run, settings

SCRIPT = REPOSITORY / "scripts/sql/readonly-role.sql"
PASSWORD = "it's a p@ss/word%"


class ReadonlyRole(unittest.TestCase):
    camel = False
    schema = "public"

    @classmethod
    def setUpClass(cls):
        cls.database = Database(camel=cls.camel, schema=cls.schema)
        cls.addClassCleanup(cls.database.drop)

    def setUp(self):
        self.role = "reader_" + uuid.uuid4().hex[:12]
        self.users, self.markets = ('"User"', '"Market"') if self.camel else ("users", "markets")

    def apply(self, *, check=True):
        return psql(self.database.url, "", check=check, environment={"STELLAR_SYNC_PASSWORD": PASSWORD},
                    options=["-v", f"role={self.role}", "-v", f"schema={self.schema}", "-f", str(SCRIPT)])

    def url(self):
        return self.database.url_of(self.role, PASSWORD, f"?schema={self.schema}")

    def as_role(self, text):
        # As an attacker would: not in the read-only transactions that the role starts with.
        url = self.database.url_of(self.role, PASSWORD)
        return psql(url, f'SET default_transaction_read_only = off; SET search_path = "{self.schema}", pg_catalog; {text}',
                    check=False)

    def refused(self, text, why="permission denied"):
        result = self.as_role(text)
        self.assertNotEqual(result.returncode, 0, f"{text}: {result.stdout}")
        self.assertIn(why, result.stdout, text)

    def test_the_program_works_with_it(self):
        self.apply()
        result = run([PROGRAM, "run", "--output", "json"], settings(self.url()))
        self.assertEqual(result.returncode, 0, result.stderr)
        summary = json.loads(result.stdout)
        self.assertEqual((summary["marketsChecked"], summary["usersChecked"], summary["errors"]), (39, 154, []))

    def test_check_finds_nothing_that_it_could_write(self):
        self.apply()
        result = run([PROGRAM, "doctor", "--output", "json"], settings(self.url()))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        (role,) = [point for point in json.loads(result.stdout)["points"] if point["what"] == "role"]
        self.assertEqual((role["status"], role["found"]), ("ok", f"{self.role} can change nothing"))

    def test_it_reads_the_columns_that_are_compared_and_no_other(self):
        self.apply()
        balance = "usdcBalance" if self.camel else "usdc_balance"
        self.assertEqual(self.as_role(f'SELECT count("{balance}") FROM {self.users}').stdout.strip(), "156")
        self.refused(f"SELECT username FROM {self.users}")
        self.refused(f"SELECT * FROM {self.markets}")

    def test_each_column_may_be_in_either_spelling_and_market_id_is_granted(self):
        outcome, other = ("winningOutcome", "winning_outcome") if self.camel else ("winning_outcome", "winningOutcome")
        table = f'"{self.schema}".{self.markets}'
        psql(self.database.url, f'ALTER TABLE {table} RENAME "{outcome}" TO "{other}"; ALTER TABLE {table} ADD market_id text')
        self.addCleanup(psql, self.database.url, f'ALTER TABLE {table} RENAME "{other}" TO "{outcome}"; '
                                                 f'ALTER TABLE {table} DROP market_id')
        self.apply()
        self.assertEqual(self.as_role(f'SELECT count("{other}"), count(market_id) FROM {self.markets}').returncode, 0)
        result = run([PROGRAM, "run", "--output", "json"], settings(self.url()))
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_it_can_write_nothing(self):
        definer = f"""
            CREATE FUNCTION "{self.schema}".by_function() RETURNS void LANGUAGE sql SECURITY DEFINER
                AS 'DELETE FROM "{self.schema}".{self.users}';
            CREATE PROCEDURE "{self.schema}".by_procedure() LANGUAGE sql SECURITY DEFINER
                AS 'DELETE FROM "{self.schema}".{self.users}';
            CREATE SEQUENCE "{self.schema}".counter;
            GRANT ALL ON SCHEMA "{self.schema}" TO PUBLIC"""
        psql(self.database.url, definer)
        before = psql(self.database.url, f'SELECT count(*) FROM "{self.schema}".{self.users}').stdout
        self.apply()
        balance = "usdcBalance" if self.camel else "usdc_balance"
        self.refused(f"INSERT INTO {self.users} (id) VALUES (gen_random_uuid())")
        self.refused(f'UPDATE {self.users} SET "{balance}" = 0')
        self.refused(f"DELETE FROM {self.users}")
        self.refused(f"TRUNCATE {self.markets}")
        self.refused(f"SELECT id FROM {self.users} FOR UPDATE")
        self.refused(f"BEGIN; LOCK TABLE {self.users} IN ACCESS EXCLUSIVE MODE")
        self.refused("CREATE TABLE mine (id int)")
        self.refused("CREATE SCHEMA mine")
        self.refused("CREATE TEMPORARY TABLE mine (id int)")
        self.refused("CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        self.refused("SELECT by_function()")
        self.refused("CALL by_procedure()")
        self.refused("SELECT nextval('counter')")
        self.refused("SELECT lo_create(0)")
        self.refused("SELECT lo_from_bytea(0, 'x')")
        self.refused("SELECT pg_logical_emit_message(true, 'a', 'text')")
        self.refused("SELECT pg_logical_emit_message(false, 'a', 'bytes'::bytea)")
        self.refused(f"CREATE PUBLICATION mine FOR TABLE {self.users}")
        self.refused(f"WITH gone AS (DELETE FROM {self.users} RETURNING id) SELECT count(*) FROM gone")
        self.refused(f"COPY {self.users} (id) FROM STDIN")
        self.refused(f"DROP TABLE {self.users}", "must be owner")
        self.refused("ALTER ROLE CURRENT_USER CREATEDB")
        self.refused("CREATE ROLE mine")
        self.assertEqual(psql(self.database.url, f'SELECT count(*) FROM "{self.schema}".{self.users}').stdout, before)

    def test_its_transactions_are_read_only_from_the_start(self):
        self.apply()
        result = psql(self.database.url_of(self.role, PASSWORD), "SHOW transaction_read_only")
        self.assertEqual(result.stdout.strip(), "on")

    def test_a_second_run_takes_away_what_was_given_in_between(self):
        self.apply()
        psql(self.database.url, f'GRANT SELECT, INSERT ON "{self.schema}".{self.users} TO {self.role}')
        self.apply()
        self.refused(f"SELECT username FROM {self.users}")
        self.refused(f"INSERT INTO {self.users} (id) VALUES (gen_random_uuid())")

    def test_other_roles_lose_nothing(self):
        # What PUBLIC may has been changed in the others' database.
        self.database = Database(camel=self.camel, schema=self.schema)
        self.addCleanup(self.database.drop)
        other = "other_" + uuid.uuid4().hex[:12]
        psql(self.database.url, f"CREATE ROLE {other}")
        psql(self.database.url, f'CREATE FUNCTION "{self.schema}".theirs() RETURNS int LANGUAGE sql SECURITY DEFINER AS '
                                f"'SELECT 1'; GRANT USAGE ON SCHEMA \"{self.schema}\" TO {other}")
        self.apply()
        result = psql(self.database.url, f'SET ROLE {other}; CREATE TEMPORARY TABLE mine (id int); '
                                         f'SELECT "{self.schema}".theirs(); SELECT lo_create(0) > 0')
        self.assertEqual(result.stdout.split(), ["1", "t"])

    def test_a_right_to_write_that_it_cannot_take_away_is_named_and_nothing_is_done(self):
        self.apply()
        owner = "owner_" + uuid.uuid4().hex[:12]
        psql(self.database.url, f"CREATE ROLE {owner}; GRANT {owner} TO {self.role}")
        result = self.apply(check=False)
        self.assertEqual(result.returncode, 3, result.stdout)
        self.assertIn(f"can still write: it is a member of {owner}", result.stdout)

    def test_a_right_that_everybody_has_elsewhere_in_the_database_is_named_and_no_role_is_made(self):
        psql(self.database.url, "CREATE SCHEMA elsewhere; GRANT USAGE ON SCHEMA elsewhere TO PUBLIC; CREATE TABLE "
                                "elsewhere.notes (id int); GRANT INSERT ON elsewhere.notes TO PUBLIC")
        self.addCleanup(psql, self.database.url, "DROP SCHEMA elsewhere CASCADE")
        result = self.apply(check=False)
        self.assertEqual(result.returncode, 3, result.stdout)
        self.assertIn("can still write: it may write elsewhere.notes", result.stdout)
        left = psql(self.database.url, f"SELECT count(*) FROM pg_roles WHERE rolname = '{self.role}'").stdout.strip()
        self.assertEqual(left, "0")

    def test_run_by_an_owner_who_is_no_superuser_it_says_what_is_left(self):
        self.database = Database(camel=self.camel, schema=self.schema)
        self.addCleanup(self.database.drop)
        owner = "owner_" + uuid.uuid4().hex[:12]
        psql(self.database.url, f"""
            CREATE ROLE {owner} LOGIN CREATEROLE PASSWORD '{PASSWORD.replace("'", "''")}';
            ALTER DATABASE {self.database.name} OWNER TO {owner}; ALTER SCHEMA "{self.schema}" OWNER TO {owner};
            ALTER TABLE "{self.schema}".{self.users} OWNER TO {owner};
            ALTER TABLE "{self.schema}".{self.markets} OWNER TO {owner}""")
        superuser, self.database.url = self.database.url, self.database.url_of(owner, PASSWORD)
        result = self.apply()
        self.database.url = superuser
        self.assertIn("everybody may make large objects and emit logical messages here", result.stdout)
        self.assertEqual(result.stdout.count("WARNING"), 1, result.stdout)
        self.refused(f"DELETE FROM {self.users}")
        self.refused("CREATE TEMPORARY TABLE mine (id int)")


class ReadonlyRoleInCamelCase(ReadonlyRole):
    camel = True


class ReadonlyRoleInAnotherSchema(ReadonlyRole):
    schema = "The app"


class Refusals(unittest.TestCase):
    def setUp(self):
        self.database = Database()
        self.addCleanup(self.database.drop)
        self.role = "reader_" + uuid.uuid4().hex[:12]

    def refused(self, why, **variables):
        options = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
        result = psql(self.database.url, "", check=False, options=[*options, "-v", f"role={self.role}", "-f", str(SCRIPT)])
        self.assertEqual(result.returncode, 3, result.stdout)
        self.assertIn(why, result.stdout)
        left = psql(self.database.server, f"SELECT count(*) FROM pg_roles WHERE rolname = '{self.role}'").stdout.strip()
        self.assertEqual(left, "0", "the role was made all the same")

    def test_a_schema_that_is_not_there(self):
        self.refused("there is no schema nowhere in the database", schema="nowhere")

    def test_a_table_that_is_not_there(self):
        psql(self.database.url, "DROP TABLE markets")
        self.refused('there is no table markets or "Market" in the schema public')

    def test_a_column_that_is_not_there(self):
        psql(self.database.url, "ALTER TABLE users DROP COLUMN usdc_balance")
        self.refused("the table users has no column usdc_balance")


if __name__ == "__main__":
    unittest.main()
