// What the runbook in k8s/README.md must speak of: every exit code of the program, and every alert rule.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { repository } from "./rendered.mjs";

/** The numbers of base::ExitCode. */
export function exitCodes() {
    const text = readFileSync(`${repository}/lib/base/errors.hpp`, "utf8");
    const body = /enum class ExitCode : int \{(.*?)\};/s.exec(text)[1];
    return [...body.matchAll(/= (\d+),/g)].map((match) => match[1]);
}

/** The names of the rules in k8s/monitoring, in a rule file or in an object that holds one. */
export function alertRules() {
    const directory = `${repository}/k8s/monitoring`;
    if (!existsSync(directory)) return [];
    const names = [];
    const visit = (node) => {
        if (node === null || typeof node !== "object") return;
        if (typeof node.alert === "string" && typeof node.expr === "string") names.push(node.alert);
        for (const value of Object.values(node)) visit(value);
    };
    for (const file of readdirSync(directory).filter((name) => /\.ya?ml$/.test(name)))
        for (const document of parseAllDocuments(readFileSync(`${directory}/${file}`, "utf8"))) visit(document.toJS());
    return [...new Set(names)];
}

/** Which of these have no row of a table in the runbook that starts with them. */
export function missingIn(runbook, names) {
    return names.filter((name) => !runbook.split("\n").some((line) => new RegExp(`^\\| \`?${name}\`? \\| .{10,}`).test(line)));
}
