// The overlays as `kubectl kustomize` renders them.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

export const repository = fileURLToPath(new URL("../..", import.meta.url));
export const overlays = ["testnet", "public", "sharded"];

/** The objects of a kustomization; throws what kubectl says where it cannot be rendered. */
export function render(directory) {
    const kubectl = process.env.KUBECTL;
    if (!kubectl) throw new Error("KUBECTL must name the kubectl to render with; scripts/test-packaging sets it");
    const text = execFileSync(kubectl, ["kustomize", directory], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    return parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
        if (document.errors.length > 0) throw document.errors[0];
        return document.toJS();
    });
}

/** The one object of a kind. */
export function only(objects, kind) {
    const found = objects.filter((object) => object.kind === kind);
    if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}, where there should be one`);
    return found[0];
}
