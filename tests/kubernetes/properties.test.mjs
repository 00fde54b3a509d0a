// Each property holds of each overlay, and each change that breaks it is seen.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, cpSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { properties, sharded, world } from "./properties.mjs";
import { overlays, render, repository } from "./rendered.mjs";

for (const overlay of overlays) {
    const objects = render(`${repository}/k8s/overlays/${overlay}`);
    for (const property of overlay === "sharded" ? [...properties, sharded] : properties) {
        test(`overlay ${overlay}: ${property.name}`, () => property.holds(world(objects)));
        test(`overlay ${overlay}, broken: ${property.name}`, () => {
            for (const change of property.breaks) {
                const broken = world(structuredClone(objects));
                change(broken);
                assert.throws(() => property.holds(broken), `not seen: ${change}`);
            }
        });
    }
}

const networks = { testnet: "Test SDF Network ; September 2015", public: "Public Global Stellar Network ; September 2015" };
for (const [overlay, passphrase] of Object.entries({ ...networks, sharded: networks.public })) {
    test(`overlay ${overlay}: the node must be of its network`, () => {
        const { settings } = world(render(`${repository}/k8s/overlays/${overlay}`));
        assert.equal(settings.data.STELLAR_NETWORK_PASSPHRASE, passphrase);
    });
}

test("a schedule and a number of shards in an overlay's settings get to the CronJob", () => {
    const copy = mkdtempSync(join(tmpdir(), "stellar-sync-k8s-"));
    try {
        cpSync(`${repository}/k8s`, copy, { recursive: true });
        writeFileSync(join(copy, "overlays/sharded/settings.env"), "SYNC_SHARD_COUNT=7\nSYNC_CRON_SCHEDULE=1-59/15 * * * *\n");
        const { cronjob, job } = world(render(join(copy, "overlays/sharded")));
        assert.equal(cronjob.schedule, "1-59/15 * * * *");
        assert.equal(job.completions, 7);
        assert.equal(job.parallelism, 7);
    } finally {
        rmSync(copy, { recursive: true });
    }
});

test("the pod runs as the image's user", () => {
    const { pod } = world(render(`${repository}/k8s/overlays/public`));
    const user = /^USER (\d+):(\d+)$/m.exec(readFileSync(`${repository}/k8s/Dockerfile`, "utf8"));
    assert.deepEqual([pod.securityContext.runAsUser, pod.securityContext.runAsGroup], [Number(user[1]), Number(user[2])]);
});

test("the image's tag is the version that is built", () => {
    const version = /project\(stellar-sync VERSION (\S+)/.exec(readFileSync(`${repository}/CMakeLists.txt`, "utf8"))[1];
    for (const overlay of overlays) {
        const { container } = world(render(`${repository}/k8s/overlays/${overlay}`));
        assert.ok(container.image.endsWith(`:${version}`), overlay);
    }
});
