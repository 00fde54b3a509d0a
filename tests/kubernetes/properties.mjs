// What must hold of every overlay. Each property has changes that break it; the tests make them and see it fail.
import assert from "node:assert/strict";
import { only } from "./rendered.mjs";

const period_seconds = 300; // of SYNC_CRON_SCHEDULE's default
const report_seconds = 10; // that a cycle which was cut takes to report, at most
const secret_settings = /^(DATABASE_URL|SOROBAN_RPC_URL|.*(WEBHOOK|ROUTING_KEY|SECRET|SMTP_URL).*)$/;

export function world(objects) {
    const cronjob = only(objects, "CronJob");
    const job = cronjob.spec.jobTemplate.spec;
    const pod = job.template.spec;
    return {
        objects,
        cronjob: cronjob.spec,
        job,
        pod,
        podLabels: job.template.metadata.labels,
        container: pod.containers[0],
        settings: only(objects, "ConfigMap"),
        account: only(objects, "ServiceAccount"),
        policy: only(objects, "NetworkPolicy").spec,
        namespace: only(objects, "Namespace"),
    };
}

/** What the Job does with a pod that ended with this code, or was disrupted; as the API's reference tells it. */
function actionOn(job, { code, disrupted = false }) {
    for (const rule of job.podFailurePolicy?.rules ?? []) {
        if (rule.onPodConditions?.some((condition) => disrupted && condition.type === "DisruptionTarget" && condition.status === "True"))
            return rule.action;
        const codes = rule.onExitCodes;
        if (codes && codes.values.includes(code) === (codes.operator === "In") && code !== 0) return rule.action;
    }
    return "Count";
}

const final = (job) => (job.completionMode === "Indexed" ? "FailIndex" : "FailJob");
const allowed = (policy) =>
    policy.egress.flatMap((rule) => (rule.ports ?? ["any"]).map((port) => (port === "any" ? port : `${port.protocol}/${port.port}`)));

export const properties = [
    {
        name: "a cycle every 5 minutes, from SYNC_CRON_SCHEDULE's default",
        holds: (w) => {
            assert.equal(w.cronjob.schedule, "*/5 * * * *");
            assert.equal(w.settings.data.SYNC_CRON_SCHEDULE, w.cronjob.schedule);
            assert.ok(!w.cronjob.suspend);
        },
        breaks: [(w) => (w.cronjob.schedule = "*/10 * * * *"), (w) => (w.settings.data.SYNC_CRON_SCHEDULE = "* * * * *"), (w) => (w.cronjob.suspend = true)],
    },
    {
        name: "one cycle at a time",
        holds: (w) => assert.equal(w.cronjob.concurrencyPolicy, "Forbid"),
        breaks: [(w) => (w.cronjob.concurrencyPolicy = "Replace"), (w) => delete w.cronjob.concurrencyPolicy],
    },
    {
        name: "a missed start is made up for within the period, and not after it",
        holds: (w) => assert.ok(w.cronjob.startingDeadlineSeconds >= 10 && w.cronjob.startingDeadlineSeconds < period_seconds),
        breaks: [(w) => delete w.cronjob.startingDeadlineSeconds, (w) => (w.cronjob.startingDeadlineSeconds = 300), (w) => (w.cronjob.startingDeadlineSeconds = 5)],
    },
    {
        name: "the Job's deadline lies above the cycle's with its report, and under the period with the pod's grace",
        holds: (w) => {
            const cycle = Number(w.settings.data.SYNC_TIMEOUT_MS) / 1000;
            assert.ok(cycle > 0);
            assert.ok(w.job.activeDeadlineSeconds > cycle + report_seconds);
            assert.ok(w.job.activeDeadlineSeconds + w.pod.terminationGracePeriodSeconds < period_seconds);
        },
        breaks: [
            (w) => (w.job.activeDeadlineSeconds = 250),
            (w) => (w.job.activeDeadlineSeconds = 290),
            (w) => delete w.job.activeDeadlineSeconds,
            (w) => (w.settings.data.SYNC_TIMEOUT_MS = "280000"),
            (w) => delete w.settings.data.SYNC_TIMEOUT_MS,
        ],
    },
    {
        name: "a pod that is told to stop has the time to report",
        holds: (w) => assert.ok(w.pod.terminationGracePeriodSeconds > report_seconds),
        breaks: [(w) => (w.pod.terminationGracePeriodSeconds = 10), (w) => delete w.pod.terminationGracePeriodSeconds],
    },
    {
        name: "exit codes 1, 2 and 3 end it without a retry; 4, signals and kills are retried, some times; disruptions do not count",
        holds: (w) => {
            assert.equal(w.pod.restartPolicy, "Never"); // or there is no podFailurePolicy
            for (const code of [1, 2, 3]) assert.equal(actionOn(w.job, { code }), final(w.job), `code ${code}`);
            for (const code of [4, 130, 143, 137, 139]) assert.equal(actionOn(w.job, { code }), "Count", `code ${code}`);
            for (const code of [1, 137, 143]) assert.equal(actionOn(w.job, { code, disrupted: true }), "Ignore", `code ${code}`);
            const limit = w.job.completionMode === "Indexed" ? w.job.backoffLimitPerIndex : w.job.backoffLimit;
            assert.ok(limit >= 1 && limit <= 3, `retries: ${limit}`);
            for (const rule of w.job.podFailurePolicy.rules)
                if (rule.onExitCodes) assert.equal(rule.onExitCodes.containerName, w.container.name);
        },
        breaks: [
            (w) => (w.pod.restartPolicy = "OnFailure"),
            (w) => delete w.job.podFailurePolicy,
            (w) => w.job.podFailurePolicy.rules.reverse(),
            (w) => w.job.podFailurePolicy.rules[1].onExitCodes.values.push(4),
            (w) => w.job.podFailurePolicy.rules[1].onExitCodes.values.push(143),
            (w) => w.job.podFailurePolicy.rules[1].onExitCodes.values.shift(),
            (w) => (w.job.podFailurePolicy.rules[1].onExitCodes.operator = "NotIn"),
            (w) => (w.job.podFailurePolicy.rules[1].onExitCodes.containerName = "sync"),
            (w) => (w.job.podFailurePolicy.rules[1].action = "Count"),
            (w) => (w.job.backoffLimit = w.job.backoffLimitPerIndex = 0),
            (w) => ((w.job.backoffLimit = 6), (w.job.backoffLimitPerIndex = 6)),
        ],
    },
    {
        name: "finished Jobs go, the last of each kind after a day at the earliest",
        holds: (w) => {
            assert.ok(w.job.ttlSecondsAfterFinished >= 86400 && w.job.ttlSecondsAfterFinished <= 7 * 86400);
            for (const limit of [w.cronjob.successfulJobsHistoryLimit, w.cronjob.failedJobsHistoryLimit])
                assert.ok(limit >= 1 && limit <= 10);
        },
        breaks: [
            (w) => delete w.job.ttlSecondsAfterFinished,
            (w) => (w.job.ttlSecondsAfterFinished = 60),
            (w) => (w.cronjob.failedJobsHistoryLimit = 0),
            (w) => delete w.cronjob.successfulJobsHistoryLimit,
        ],
    },
    {
        name: "non-root, no privileges, no capabilities, a read-only root file system, the runtime's seccomp profile",
        holds: (w) => {
            const { securityContext: pod } = w.pod;
            assert.equal(w.pod.containers.length, 1);
            assert.equal(w.pod.initContainers, undefined);
            assert.equal(pod.runAsNonRoot, true);
            assert.ok(pod.runAsUser > 0 && pod.runAsGroup > 0);
            assert.equal(pod.seccompProfile.type, "RuntimeDefault");
            const own = w.container.securityContext;
            assert.equal(own.allowPrivilegeEscalation, false);
            assert.equal(own.readOnlyRootFilesystem, true);
            assert.deepEqual(own.capabilities, { drop: ["ALL"] });
            for (const key of ["privileged", "runAsUser", "runAsNonRoot", "seccompProfile"]) assert.equal(own[key], undefined);
            for (const key of ["hostNetwork", "hostPID", "hostIPC"]) assert.ok(!w.pod[key]);
            assert.ok(w.pod.volumes.every((volume) => volume.secret));
            assert.equal(w.namespace.metadata.labels["pod-security.kubernetes.io/enforce"], "restricted");
        },
        breaks: [
            (w) => (w.pod.securityContext.runAsNonRoot = false),
            (w) => (w.pod.securityContext.runAsUser = 0),
            (w) => (w.pod.securityContext.seccompProfile.type = "Unconfined"),
            (w) => delete w.container.securityContext.allowPrivilegeEscalation,
            (w) => (w.container.securityContext.readOnlyRootFilesystem = false),
            (w) => (w.container.securityContext.capabilities.add = ["NET_RAW"]),
            (w) => (w.container.securityContext.capabilities.drop = []),
            (w) => (w.container.securityContext.privileged = true),
            (w) => (w.pod.hostNetwork = true),
            (w) => w.pod.volumes.push({ name: "host", hostPath: { path: "/" } }),
            (w) => delete w.namespace.metadata.labels["pod-security.kubernetes.io/enforce"],
        ],
    },
    {
        name: "no service-account token, and nothing of the cluster in the environment",
        holds: (w) => {
            assert.equal(w.account.automountServiceAccountToken, false);
            assert.equal(w.pod.automountServiceAccountToken, false);
            assert.equal(w.pod.serviceAccountName, w.account.metadata.name);
            assert.equal(w.pod.enableServiceLinks, false);
            assert.ok(!w.objects.some((object) => /Role/.test(object.kind)));
        },
        breaks: [
            (w) => (w.account.automountServiceAccountToken = true),
            (w) => delete w.pod.automountServiceAccountToken,
            (w) => (w.pod.serviceAccountName = "default"),
            (w) => delete w.pod.enableServiceLinks,
            (w) => w.objects.push({ kind: "RoleBinding" }),
        ],
    },
    {
        name: "requests and limits of CPU and memory: room for what was measured, not much more",
        holds: (w) => {
            const { requests, limits } = w.container.resources;
            const mebibytes = (quantity) => Number(/^(\d+)Mi$/.exec(quantity)[1]);
            assert.ok(mebibytes(requests.memory) >= 24 && mebibytes(requests.memory) <= mebibytes(limits.memory));
            assert.ok(mebibytes(limits.memory) >= 48 && mebibytes(limits.memory) <= 128);
            assert.ok(requests.cpu && limits.cpu);
        },
        breaks: [
            (w) => delete w.container.resources.limits.cpu,
            (w) => delete w.container.resources.requests.memory,
            (w) => (w.container.resources.limits.memory = "16Mi"),
            (w) => (w.container.resources.limits.memory = "1024Mi"),
        ],
    },
    {
        name: "settings come from the ConfigMap of this very content, secrets from mounted files alone",
        holds: (w) => {
            assert.deepEqual(w.container.envFrom, [{ configMapRef: { name: w.settings.metadata.name } }]);
            assert.match(w.settings.metadata.name, /^stellar-sync-settings-[a-z0-9]{10}$/);
            assert.equal(w.container.env, undefined);
            assert.ok(!w.objects.some((object) => object.kind === "Secret"));
            for (const [name, value] of Object.entries(w.settings.data)) {
                assert.doesNotMatch(name, secret_settings);
                assert.doesNotMatch(value, /:\/\//, `${name} holds a URL`);
                const file = /^(.*)_FILE$/.exec(name);
                if (!file || !secret_settings.test(file[1])) continue;
                const mount = w.container.volumeMounts.find((m) => value.startsWith(`${m.mountPath}/`));
                assert.ok(mount?.readOnly, `${name} lies in no read-only mount`);
                const volume = w.pod.volumes.find((v) => v.name === mount.name);
                assert.equal(volume.secret.defaultMode, 0o440);
                assert.ok(volume.secret.items.some((item) => item.path === value.slice(mount.mountPath.length + 1)), `${name} names no file of the Secret`);
            }
            for (const name of ["DATABASE_URL_FILE", "SOROBAN_RPC_URL_FILE"]) assert.ok(w.settings.data[name], name);
        },
        breaks: [
            (w) => (w.settings.data.DATABASE_URL = "host=db"),
            (w) => (w.settings.data.SLACK_WEBHOOK_URL = "x"),
            (w) => (w.settings.data.ANY = "https://user:secret@rpc"),
            (w) => delete w.settings.data.DATABASE_URL_FILE,
            (w) => (w.settings.data.DATABASE_URL_FILE = "/run/secrets/stellar-sync/DATABASE"),
            (w) => (w.settings.data.SOROBAN_RPC_URL_FILE = "/etc/rpc"),
            (w) => (w.pod.volumes[0].secret.defaultMode = 0o444),
            (w) => (w.container.env = [{ name: "DATABASE_URL", value: "x" }]),
            (w) => (w.container.envFrom[0].configMapRef.name = "stellar-sync-settings"),
            (w) => w.objects.push({ kind: "Secret" }),
        ],
    },
    {
        name: "nothing comes in; out go DNS, PostgreSQL, TLS to public addresses, Pushgateway and Alertmanager alone",
        holds: (w) => {
            const { policy } = w;
            assert.deepEqual([...policy.policyTypes].sort(), ["Egress", "Ingress"]);
            assert.deepEqual(policy.ingress, []);
            for (const [label, value] of Object.entries(policy.podSelector.matchLabels)) assert.equal(w.podLabels[label], value);
            assert.deepEqual(allowed(policy).sort(), ["TCP/443", "TCP/53", "TCP/5432", "TCP/9091", "TCP/9093", "UDP/53"]);
            for (const rule of policy.egress) {
                assert.ok(rule.to?.length > 0, "an egress rule to anywhere");
                for (const peer of rule.to.filter((each) => each.ipBlock)) {
                    assert.deepEqual(rule.ports, [{ protocol: "TCP", port: 443 }]);
                    if (peer.ipBlock.cidr !== "0.0.0.0/0") assert.equal(peer.ipBlock.cidr, "2000::/3");
                    else
                        for (const range of ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"])
                            assert.ok(peer.ipBlock.except.includes(range), range);
                }
                for (const peer of rule.to.filter((each) => each.namespaceSelector && !each.podSelector))
                    assert.ok(Object.keys(peer.namespaceSelector.matchLabels ?? {}).length > 0, "every namespace at once");
            }
        },
        breaks: [
            (w) => (w.policy.policyTypes = ["Egress"]),
            (w) => (w.policy.ingress = [{}]),
            (w) => (w.policy.podSelector.matchLabels = { app: "other" }),
            (w) => w.policy.egress.push({}),
            (w) => delete w.policy.egress[1].ports,
            (w) => w.policy.egress[1].ports.push({ protocol: "TCP", port: 22 }),
            (w) => delete w.policy.egress[0].to,
            (w) => w.policy.egress[2].to[0].ipBlock.except.splice(4, 1),
            (w) => (w.policy.egress[2].to[1].ipBlock.cidr = "::/0"),
            (w) => (w.policy.egress[3].to[0].namespaceSelector = {}),
            (w) => w.policy.egress.splice(1, 1),
        ],
    },
    {
        name: "an image of a version of its own",
        holds: (w) => {
            assert.match(w.container.image, /^[a-z0-9.-]+\/stellar-sync:\d+\.\d+\.\d+$/);
            assert.deepEqual(w.container.args, ["run"]);
            assert.equal(w.container.command, undefined);
        },
        breaks: [(w) => (w.container.image = "registry.example.org/stellar-sync:latest"), (w) => (w.container.image = "stellar-sync"), (w) => (w.container.args = ["doctor"])],
    },
];

/** Beside these, of the sharded overlay. */
export const sharded = {
    name: "an Indexed Job runs each of the shards that the settings say, all at once, and none ends another",
    holds: (w) => {
        const shards = Number(w.settings.data.SYNC_SHARD_COUNT);
        assert.ok(shards > 1);
        assert.equal(w.job.completionMode, "Indexed");
        assert.equal(w.job.completions, shards);
        assert.equal(w.job.parallelism, shards);
        assert.equal(w.job.backoffLimit, undefined);
        assert.equal(w.job.maxFailedIndexes, undefined);
        assert.equal(w.settings.data.SYNC_SHARD, undefined);
        assert.ok(w.job.podFailurePolicy.rules.every((rule) => rule.action !== "FailJob"));
    },
    breaks: [
        (w) => (w.settings.data.SYNC_SHARD_COUNT = "5"),
        (w) => delete w.settings.data.SYNC_SHARD_COUNT,
        (w) => (w.settings.data.SYNC_SHARD = "0/4"),
        (w) => (w.job.completions = 3),
        (w) => (w.job.parallelism = 1),
        (w) => delete w.job.completionMode,
        (w) => (w.job.backoffLimit = 2),
        (w) => (w.job.maxFailedIndexes = 0),
        (w) => (w.job.podFailurePolicy.rules[1].action = "FailJob"),
    ],
};
