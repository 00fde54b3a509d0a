"""A PostgreSQL with the demo's rows, and a devnet that agrees with them.

scripts/test-packaging starts both servers and says where: TEST_POSTGRES_URL (a superuser's), TEST_RPC_URL,
STELLAR_SYNC (the program as the C++ tests have it).
"""

import os
import pathlib
import re
import subprocess
import urllib.parse
import uuid

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DATA = REPOSITORY / "scripts/demo-data"
# Debian's own psql is a wrapper that takes longer to start than most statements to run.
PSQL = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))[-1]
PROGRAM = os.environ.get("STELLAR_SYNC", str(REPOSITORY / "build/ci-gcc/stellar-sync"))
AMM = re.search(r'"amm":"(C[A-Z0-9]+)"', (DATA / "in-sync.jsonl").read_text())[1]

# The same tables in Prisma's other spelling.
CAMEL = {
    "users": "User", "markets": "Market", "wallet_address": "walletAddress", "usdc_balance": "usdcBalance",
    "contract_address": "contractAddress", "yes_liquidity": "yesLiquidity", "no_liquidity": "noLiquidity",
    "winning_outcome": "winningOutcome", "created_at": "createdAt",
}


class Database:
    """One of its own on the server, gone with drop()."""

    def __init__(self, *, camel=False, schema="public"):
        self.name = "packaging_" + uuid.uuid4().hex[:12]
        server = os.environ["TEST_POSTGRES_URL"]
        self.server = server
        self.url = server.rsplit("/", 1)[0] + "/" + self.name
        psql(server, f"CREATE DATABASE {self.name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        tables = (DATA / "schema.sql").read_text()
        tables = tables[:tables.index("CREATE ROLE")]
        rows = (DATA / "in-sync.sql").read_text()
        text = f'CREATE SCHEMA IF NOT EXISTS "{schema}"; SET search_path = "{schema}", pg_catalog;\n{tables}\n{rows}'
        if camel:
            text = re.sub(r'\b(' + "|".join(CAMEL) + r')\b(?!_)', lambda word: f'"{CAMEL[word[1]]}"', text)
            text = text.replace('""', '"')
        psql(self.url, text)

    def drop(self):
        psql(self.server, f"DROP DATABASE {self.name} WITH (FORCE)")

    def url_of(self, role, password, query=""):
        address = self.url.split("@", 1)[1]
        return f"postgresql://{role}:{urllib.parse.quote(password, safe='')}@{address}{query}"


def psql(url, text, *, check=True, environment=None, options=()):
    """Runs SQL from standard input; what it prints is one text."""
    result = subprocess.run(
        [PSQL, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *options, url], input=text, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})},
    )
    if check and result.returncode != 0:
        raise RuntimeError(f"psql: {result.stdout}")
    return result


def settings(database_url, **more):
    return {
        "DATABASE_URL": database_url,
        "SOROBAN_RPC_URL": os.environ["TEST_RPC_URL"],
        "AMM_CONTRACT_ADDRESS": AMM,
        "SYNC_CONFIRM_DELAY_MS": "0",
        "SYNC_RETRY_DELAY_MS": "50",
        **more,
    }


def run(arguments, environment):
    """A program of the repository with this environment and PATH alone."""
    return subprocess.run(
        [str(argument) for argument in arguments], env={"PATH": os.environ["PATH"], **environment}, cwd="/",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120,
    )
