// Every object that kubectl renders is one that the API server would take, unknown fields refused.
import assert from "node:assert/strict";
import test from "node:test";
import { overlays, render, repository } from "./rendered.mjs";
import { faultsOf } from "./schema.mjs";

for (const overlay of overlays) {
    test(`overlay ${overlay}: every object is valid by the Kubernetes schemas`, () => {
        const objects = render(`${repository}/k8s/overlays/${overlay}`);
        assert.deepEqual(objects.map((object) => object.kind).sort(), [
            "ConfigMap", "CronJob", "Namespace", "NetworkPolicy", "ServiceAccount",
        ]);
        assert.deepEqual(faultsOf(objects), objects.map(() => []));
    });
}

test("the rules and the dashboard are valid by their schemas", () => {
    const objects = render(`${repository}/k8s/monitoring`);
    assert.deepEqual(objects.map((object) => object.kind).sort(), ["ConfigMap", "PrometheusRule"]);
    assert.deepEqual(faultsOf(objects), objects.map(() => []));
    const broken = structuredClone(objects.find((object) => object.kind === "PrometheusRule"));
    delete broken.spec.groups[0].rules[0].expr;
    assert.notDeepEqual(faultsOf([broken]), [[]]);
});

test("an unknown field, a wrong type, a missing field, an unknown word and a bad quantity are each seen", () => {
    const objects = render(`${repository}/k8s/overlays/testnet`);
    const broken = (kind, change) => {
        const object = structuredClone(objects.find((candidate) => candidate.kind === kind));
        change(object);
        return object;
    };
    const pod = (cronjob) => cronjob.spec.jobTemplate.spec.template.spec;
    const each = [
        broken("CronJob", (o) => (pod(o).containers[0].securityContext.readOnlyRootFileSystem = true)),
        broken("CronJob", (o) => (o.spec.jobTemplate.spec.activeDeadlineSeconds = "280")),
        broken("CronJob", (o) => delete o.spec.schedule),
        broken("CronJob", (o) => (o.spec.jobTemplate.spec.podFailurePolicy.rules[0].action = "Retry")),
        broken("CronJob", (o) => (pod(o).containers[0].resources.limits.memory = "64 MB")),
        broken("NetworkPolicy", (o) => (o.spec.egress[0].port = [])),
        broken("ConfigMap", (o) => (o.data.SYNC_TIMEOUT_MS = 240000)),
    ];
    faultsOf(each).forEach((faults, index) => assert.notDeepEqual(faults, [], `object ${index} should be refused`));
});
