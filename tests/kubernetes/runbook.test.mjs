// Whoever is woken by an alert finds its name in the runbook, and every exit code.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import { only, render, repository } from "./rendered.mjs";
import { parse } from "yaml";
import { alertRules, exitCodes, missingIn } from "./runbook.mjs";
import { faultsOf } from "./schema.mjs";

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

test("the runbook's way to run explain in the cluster makes a Job of the CronJob's that explains", () => {
    const patch = /kubectl patch --local -f - -o yaml --type=json -p '(.*?)'/s.exec(runbook)[1];
    const cronjob = only(render(`${repository}/k8s/overlays/public`), "CronJob");
    // As `kubectl create job --from` makes it, which asks the cluster.
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "explain" }, spec: cronjob.spec.jobTemplate.spec };
    const patched = parse(
        execFileSync(process.env.KUBECTL, ["patch", "--local", "-f", "-", "-o", "yaml", "--type=json", "-p", patch], {
            input: JSON.stringify(job),
            encoding: "utf8",
        }),
    );
    assert.deepEqual(faultsOf([patched]), [[]]);
    const wanted = structuredClone(job);
    wanted.spec.template.spec.containers[0].args = ["explain", "--user", "ID", "--output", "text"];
    assert.deepEqual(patched.spec, wanted.spec);
});
