"""scripts/smoke: a verdict and an exit code for each way in which it can go."""

import pathlib
import socket
import tempfile
import unittest
import uuid

from world import PROGRAM, REPOSITORY, Database, psql, run, settings

SMOKE = REPOSITORY / "scripts/smoke"
NOWHERE = "http://127.0.0.1:9"


class Smoke(unittest.TestCase):
    def setUp(self):
        self.database = Database()
        self.addCleanup(self.database.drop)

    def smoke(self, *arguments, url=None, **more):
        return run([SMOKE, *arguments], {"STELLAR_SYNC": PROGRAM, **settings(url or self.database.url), **more})

    def ends(self, result, code, verdict):
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        last = [line for line in result.stdout.splitlines() if not line.startswith("::")][-1]
        self.assertTrue(last.startswith(f"smoke: {verdict}: "), last)
        self.assertTrue(last.endswith(f"(exit code {code})"), last)

    def test_in_sync(self):
        result = self.smoke()
        self.ends(result, 0, "IN SYNC")
        self.assertLess(result.stdout.index("smoke: doctor"), result.stdout.index("smoke: run"))
        self.assertRegex(result.stdout.split("smoke: run")[1], r"balances +154 +154 +154 +0 ")

    def test_a_mismatch(self):
        psql(self.database.url, "UPDATE users SET usdc_balance = usdc_balance + 1 WHERE id = (SELECT min(id::text)::uuid "
                                "FROM users WHERE wallet_address IS NOT NULL)")
        self.ends(self.smoke(), 1, "OUT OF SYNC")

    def test_something_that_cannot_be_verified(self):
        psql(self.database.url, "UPDATE users SET wallet_address = 'GNONSENSE' WHERE id = (SELECT min(id::text)::uuid "
                                "FROM users WHERE wallet_address IS NOT NULL)")
        self.ends(self.smoke(), 3, "INCOMPLETE")

    def test_settings_that_are_wrong(self):
        result = self.smoke(SYNC_ODDS_THRESHOLD="2")
        self.ends(result, 2, "MISCONFIGURED")
        self.assertNotIn("smoke: run", result.stdout)

    def test_credentials_that_are_refused(self):
        url = self.database.url_of("postgres", "wrong " + uuid.uuid4().hex)
        result = self.smoke(url=url)
        self.ends(result, 2, "MISCONFIGURED")
        self.assertNotIn("smoke: run", result.stdout)

    def test_an_rpc_that_does_not_answer(self):
        result = self.smoke(SOROBAN_RPC_URL=NOWHERE)
        self.ends(result, 4, "UNAVAILABLE")
        self.assertNotIn("smoke: run", result.stdout)

    def worse_at_run(self, line):
        """The program, in a world that is worse once doctor has passed."""
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        program = pathlib.Path(directory.name) / "stellar-sync"
        program.write_text(f'#!/bin/bash\nif [ "$1" = run ]; then {line}\nfi\nexec "{PROGRAM}" "$@"\n')
        program.chmod(0o755)
        return program

    def test_an_rpc_that_goes_away_after_doctor(self):
        result = self.smoke(STELLAR_SYNC=self.worse_at_run(f"export SOROBAN_RPC_URL={NOWHERE}"))
        self.ends(result, 4, "UNAVAILABLE")
        self.assertIn("smoke: run", result.stdout)

    def test_a_table_that_goes_away_after_doctor(self):
        result = self.smoke(STELLAR_SYNC=self.worse_at_run('export DATABASE_URL="$DATABASE_URL?schema=nowhere"'))
        self.ends(result, 2, "MISCONFIGURED")
        self.assertIn("smoke: run", result.stdout)

    def test_a_cycle_that_is_stopped_says_nothing_about_the_deploy(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and answers none
            program = self.worse_at_run(f"export SOROBAN_RPC_URL=http://127.0.0.1:{silent.getsockname()[1]}; "
                                        "(sleep 0.5; kill $$) &")
            self.ends(self.smoke(STELLAR_SYNC=program), 143, "STOPPED")

    def test_what_the_schedule_does_not_count_is_no_verdict_of_in_sync(self):
        psql(self.database.url, "UPDATE users SET usdc_balance = usdc_balance + 1 WHERE wallet_address IS NOT NULL")
        self.ends(self.smoke(SYNC_FAIL_ON="none"), 1, "OUT OF SYNC")
        for options in (["--fail-on", "none"], ["--fail-on=none"]):
            result = self.smoke(*options)
            self.ends(result, 2, "MISCONFIGURED")
            self.assertIn("--fail-on", result.stdout)

    def test_a_program_that_is_not_there(self):
        self.ends(run([SMOKE], {"STELLAR_SYNC": "/nowhere/stellar-sync"}), 2, "MISCONFIGURED")

    def test_both_commands_get_the_options(self):
        result = self.smoke("--only", "balances")
        self.ends(result, 0, "IN SYNC")
        self.assertNotIn("odds  ", result.stdout.split("smoke: run")[1])

    def test_github_is_told_beside_the_commit(self):
        result = self.smoke(GITHUB_ACTIONS="true", SYNC_ODDS_THRESHOLD="2")
        self.assertIn("\n::error title=stellar-sync::MISCONFIGURED", result.stdout)
        self.assertNotIn("\n::", self.smoke(GITHUB_ACTIONS="true").stdout)


if __name__ == "__main__":
    unittest.main()
