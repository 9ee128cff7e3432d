// Called by script/bundle with the bundles it made: rewrites each in place.
import { readFile, writeFile } from 'node:fs/promises';
import ts from 'typescript';
import { pathToFileURL } from 'node:url';

/**
 * Puts every module of a bundle into parentheses. V8 compiles a function that stands in parentheses when it reads it; any other it only skims,
 * and reads a second time when it is called, as all modules are at the start. Minifiers take the parentheses away that the bundler had put there.
 * Throws when the text has no table of modules, so that a bundler with another form of output is noticed.
 */
export function wrapModules(bundle: string): string {
  const source = ts.createSourceFile('bundle.js', bundle, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const modules = findModules(source);
  if (modules.length === 0) throw new Error('the bundle has no table of modules');
  const pieces: string[] = [];
  let at = 0;
  for (const module of modules) {
    const [start, end] = [module.getStart(source), module.getEnd()];
    pieces.push(bundle.slice(at, start), '(', bundle.slice(start, end), ')');
    at = end;
  }
  return [...pieces, bundle.slice(at)].join('');
}

/** The functions of the one top-level object whose names are all numbers: `{ 123: (module, exports) => { … }, … }`. */
function findModules(source: ts.SourceFile): readonly ts.Expression[] {
  const declarations = source.statements.flatMap((statement) =>
    ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [],
  );
  const tables = declarations.flatMap(({ initializer }) =>
    initializer !== undefined && ts.isObjectLiteralExpression(initializer) && isTable(initializer) ? [initializer] : [],
  );
  return tables.flatMap(({ properties }) =>
    properties.flatMap((property) =>
      ts.isPropertyAssignment(property) && isFunction(property.initializer) ? [property.initializer] : [],
    ),
  );
}

function isTable({ properties }: ts.ObjectLiteralExpression): boolean {
  return properties.length > 0 && properties.every(({ name }) => name !== undefined && ts.isNumericLiteral(name));
}

function isFunction(value: ts.Expression): boolean {
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const file of process.argv.slice(2)) await writeFile(file, wrapModules(await readFile(file, 'utf8')));
}
