// Objects against the Kubernetes API's own schemas, made from its OpenAPI document: as TypeScript literals, which may have
// no field that their type does not know, at any depth, and by the validators, which know formats such as quantities.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import ts from "typescript";

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

// The Prometheus Operator's kinds have a package of their own.
function moduleOf(object) {
    const operator = object.apiVersion.startsWith("monitoring.coreos.com/");
    return `${operator ? "@kubernetes-models/prometheus-operator" : "kubernetes-models"}/${object.apiVersion}/${object.kind}`;
}

/** For each object, the list of what is wrong with it. */
export function faultsOf(objects) {
    const sources = new Map(
        objects.map((object, index) => [
            `${here}/object-${index}.ts`,
            `import type { I${object.kind} } from "${moduleOf(object)}";\n` +
                `export const object: I${object.kind} = ${JSON.stringify(object, null, 1)};\n`,
        ]),
    );
    const options = {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: [],
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        target: ts.ScriptTarget.ES2022,
    };
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (name) => sources.has(name) || fileExists.call(host, name);
    host.readFile = (name) => sources.get(name) ?? readFile.call(host, name);
    host.getSourceFile = (name, target, ...rest) =>
        sources.has(name)
            ? ts.createSourceFile(name, sources.get(name), target)
            : getSourceFile.call(host, name, target, ...rest);
    const program = ts.createProgram([...sources.keys()], options, host);
    return objects.map((object, index) => {
        const file = program.getSourceFile(`${here}/object-${index}.ts`);
        const faults = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
            (diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
        );
        try {
            new (require(moduleOf(object))[object.kind])(object).validate();
        } catch (error) {
            faults.push(error.message);
        }
        return faults;
    });
}
