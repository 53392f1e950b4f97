// Holds every document of YAML files against the API of Kubernetes (and KEDA): values by the generated JSON Schema
// validators, and, because those let fields pass that the API does not know, all of it once more by the TypeScript types.
// Prints one line for each fault; the exit code is 1 where there is one.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { parseAllDocuments } from "yaml";

// A field that is null is one that is not there; the schemas know that, the types do not.
const withoutNulls = (_, value) => value ?? undefined;

const here = dirname(fileURLToPath(import.meta.url));
const faults = [];
const lines = [];
let count = 0;
for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
    faults.push(...document.errors.map((error) => `${file}: ${error.message}`));
    const object = document.toJS();
    if (object === null) continue;
    const name = `${object.kind}/${object.metadata?.name}`;
    const [group] = object.apiVersion.split("/");
    const module = `${group === "keda.sh" ? "@kubernetes-models/keda" : "kubernetes-models"}/${object.apiVersion}`;
    const { [object.kind]: model } = await import(module);
    if (model === undefined) {
      faults.push(`${name}: ${object.apiVersion} has no kind ${object.kind}`);
      continue;
    }
    try {
      new model(object).validate();
    } catch (error) {
      faults.push(`${name}: ${error.message}`);
    }
    lines.push(`import type { I${object.kind} as T${count} } from "${module}"; export const d${count}: T${count} = ${JSON.stringify(object, withoutNulls)}; // ${name}`);
    count++;
  }
}

const path = join(here, "documents.mts");
const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, noEmit: true, strict: true, skipLibCheck: true, types: [] };
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists, readFile } = host;
const text = lines.join("\n");
host.getSourceFile = (name, target, ...rest) => (name === path ? ts.createSourceFile(name, text, target) : getSourceFile.call(host, name, target, ...rest));
host.fileExists = (name) => name === path || fileExists.call(host, name);
host.readFile = (name) => (name === path ? text : readFile.call(host, name));
const program = ts.createProgram([path], options, host);
for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
  const line = file === undefined ? "" : lines[file.getLineAndCharacterOfPosition(start).line]?.split(" // ").at(-1);
  faults.push(`${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}

for (const fault of faults) console.log(fault);
console.log(`${count} documents, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
