#!/usr/bin/env python3
"""Makes the first inputs of the fuzz targets from the golden vectors and the tests' own files: seeds.py DIRECTORY.

Each target has a directory of its own in there, each input a file named by its SHA-1, as libFuzzer names them.
"""

import base64
import hashlib
import json
import pathlib
import re
import struct
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent


def cases(name):
    return json.loads((TESTS / "vectors" / name).read_text(encoding="utf-8"))["cases"]


def malformed(target):
    for case in cases("malformed_xdr.json"):
        if case["target"] != target:
            continue
        if "xdr" in case:
            yield base64.b64decode(case["xdr"])
        elif "parts" in case:
            built = b"".join(bytes.fromhex(part["hex"]) * part.get("times", 1) for part in case["parts"])
            if len(built) <= 4096:
                yield built


def xdr(name, member):
    return [base64.b64decode(case[member]) for case in cases(name) if member in case]


def strkey():
    yield from (case["strkey"].encode() for case in cases("strkey.json"))
    for case in cases("sac_ids.json"):
        if not case["asset"].get("native"):
            yield f"{case['asset']['code']}:{case['asset']['issuer']}".encode()
    yield from (case["keyXdr"].encode() for case in cases("ledger_keys.json")[:20])


def scval():
    yield from xdr("scval.json", "xdr")
    yield from xdr("simulate_results.json", "resultXdr")
    yield from malformed("ScVal")


def ledger_entry():
    yield from xdr("ledger_entries.json", "dataXdr")
    yield from xdr("ledger_entries.json", "keyXdr")
    yield from xdr("ledger_keys.json", "keyXdr")
    for target in ("LedgerEntryData", "LedgerKey"):
        yield from malformed(target)


def method(number, mode=0):
    """What rpc_answer.cpp reads first."""
    return bytes([number + 8 * mode])


def envelope(result):
    return b'{"jsonrpc":"2.0","id":5,' + result + b"}"


def piece(how, content):
    return bytes([how]) + struct.pack(">H", len(content)) + content


def rpc_answer():
    network, health, latest, simulation, built_simulation, entries, built_entries = range(7)
    for error in (b'"error":{"code":-32602,"message":"first\\nsecond"}', b'"error":{"code":-32000,"message":"S3CRET"}'):
        yield from (method(number) + envelope(error) for number in (network, health, latest, simulation, entries))
    yield method(network) + envelope(b'"result":{"passphrase":"Test SDF Network ; September 2015"}')
    yield method(health) + envelope(b'"result":{"status":"healthy","latestLedger":9,"latestLedgerCloseTime":"1700"}')
    yield method(health) + envelope(b'"result":{"status":"S3CRET","latestLedger":9}')
    yield method(latest) + envelope(b'"result":{"sequence":9,"closeTime":1700}')
    yield method(simulation) + envelope(b'"result":{"error":"HostError: Error(Contract, #13)","latestLedger":9}')
    for case in cases("simulate_results.json"):
        result = case["resultXdr"].encode()
        yield method(simulation) + envelope(b'"result":{"results":[{"auth":[],"xdr":"' + result + b'"}],"latestLedger":9}')
        yield method(built_simulation) + base64.b64decode(result)
    for case in cases("ledger_entries.json"):
        entry = '{"key":"%s","xdr":"%s","lastModifiedLedgerSeq":7}' % (case["keyXdr"], case["dataXdr"])
        yield method(entries) + envelope(b'"result":{"entries":[' + entry.encode() + b'],"latestLedger":9}')

    # A whole answer: of the pool two reserves, the market's state and outcome, a trust line, a token balance.
    def number(kind, value, size):
        return struct.pack(">I", kind) + value.to_bytes(size, "big", signed=True)

    def symbol(text):
        return struct.pack(">II", 15, len(text)) + text + bytes(-len(text) % 4)

    amount = (struct.pack(">III", 17, 1, 3) + symbol(b"amount") + number(10, 250000000, 16) + symbol(b"authorized") +
              struct.pack(">II", 0, 1) + symbol(b"clawback") + struct.pack(">II", 0, 0))
    line = struct.pack(">qqII", 250000000, 2**63 - 1, 1, 0)
    whole = [number(9, 125000000, 16), number(9, 375000000, 16), number(3, 2, 4), number(3, 1, 4), line, amount]
    for mode in range(3):
        yield method(built_entries, mode)
        for how in (2, 3):
            yield method(built_entries, mode) + b"".join(piece(how, content) for content in whole)
        for absent in range(len(whole)):
            yield method(built_entries, mode) + b"".join(
                piece(0 if i == absent else 2, content) for i, content in enumerate(whole))
    for entry in xdr("ledger_entries.json", "dataXdr"):
        yield method(built_entries) + piece(1, entry) * len(whole)


def texts_of(file):
    """The C++ string literals of a test."""
    source = (TESTS / file).read_text(encoding="utf-8")
    return [text.encode().decode("unicode_escape") for text in re.findall(r'"((?:[^"\\\n]|\\[\\"nrt])*)"', source)]


def amount():
    for text in texts_of("verify/amount_test.cpp"):
        if re.fullmatch(r"[-+.0-9eE]+|NaN|-?Infinity", text):
            yield from (bytes([decimals]) + text.encode() for decimals in range(3))
    for yes, no in re.findall(r'"(\d+)", "(\d+)"', (TESTS / "verify/odds_vectors.inc").read_text(encoding="utf-8"))[:40]:
        yield int(yes).to_bytes(16, "big") + int(no).to_bytes(16, "big")


def database_url():
    for text in texts_of("db/connection_url_test.cpp"):
        if "=" in text or "://" in text:
            yield text.encode()
            yield text.replace(":p@", ":S3CRET@").replace("password=p", "password=S3CRET").encode()


def config_file():
    yield from (file.read_bytes() for file in sorted((TESTS / "bad_config").glob("*.toml")))
    yield from (text.encode() for text in texts_of("cmd/config_file_test.cpp") if "=" in text)
    yield (TESTS.parent / "scripts/packaging/stellar-sync.toml").read_bytes()


def exemptions_file():
    source = (TESTS / "cmd/exemptions_file_test.cpp").read_text(encoding="utf-8")
    yield from (text.encode() for text in re.findall(r'R"(?:\w*)\((.*?)\)(?:\w*)"', source, re.DOTALL))
    yield from (text.encode() for text in texts_of("cmd/exemptions_file_test.cpp") if "=" in text)
    for check, limit in (("odds", "max-difference = 0.05\n"), ("outcomes", ""), ("balances", 'max-difference = "75.25"\n')):
        one = f'[[exemption]]\ncheck = "{check}"\nid = "a"\n{limit}reason = "known"\nexpires = 2026-12-31\n'
        yield one.encode()
        yield (one + "\n" + one.replace('"a"', "'b'")).encode()


def declaration():
    def part(content):
        return struct.pack(">H", len(content)) + content

    values = xdr("scval.json", "xdr")
    examples = (TESTS / "verify/declared/examples.toml").read_text(encoding="utf-8")
    lines = re.findall(r'read\s+= "(.*)"', examples) + re.findall(r"^    (\S.*=.*)$", examples, re.MULTILINE)
    for number, text in enumerate(lines + texts_of("verify/declaration_test.cpp")):
        yield part(text.encode()) + part(b"5") + values[number % len(values)]


def main():
    if len(sys.argv) != 2:
        print("usage: seeds.py DIRECTORY", file=sys.stderr)
        return 2
    for target in (strkey, scval, ledger_entry, rpc_answer, amount, database_url, config_file, exemptions_file,
                   declaration):
        directory = pathlib.Path(sys.argv[1]) / target.__name__
        directory.mkdir(parents=True, exist_ok=True)
        inputs = set(target())
        if len(inputs) < 10 and target is not exemptions_file or not inputs:
            print(f"seeds.py: {target.__name__} has {len(inputs)} seeds: its source is not what it was", file=sys.stderr)
            return 1
        for content in inputs:
            (directory / hashlib.sha1(content).hexdigest()).write_bytes(content)
    return 0


sys.exit(main())
