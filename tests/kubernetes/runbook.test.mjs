// Whoever is woken by an alert finds its name in the runbook, and every exit code.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { repository } from "./rendered.mjs";
import { alertRules, exitCodes, missingIn } from "./runbook.mjs";

const runbook = readFileSync(`${repository}/k8s/README.md`, "utf8").split("## Runbook")[1];

test("every exit code of the program is in the runbook", () => {
    assert.deepEqual(exitCodes(), ["0", "1", "2", "3", "4", "130", "143"]);
    assert.deepEqual(missingIn(runbook, exitCodes()), []);
});

test("every alert rule is in the runbook", () => {
    assert.deepEqual(missingIn(runbook, alertRules()), []);
});

test("what is not in the runbook is seen", () => {
    assert.deepEqual(missingIn(runbook, ["5", "NoSuchAlert"]), ["5", "NoSuchAlert"]);
    for (const name of [...exitCodes(), ...alertRules()])
        assert.deepEqual(missingIn(runbook.replaceAll(new RegExp(`^\\| \`?${name}\`? \\|.*$`, "gm"), ""), [name]), [name]);
});
