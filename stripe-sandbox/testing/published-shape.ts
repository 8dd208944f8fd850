import { readFileSync } from 'node:fs';

const RESOURCES = new URL('../../node_modules/stripe/esm/resources/', import.meta.url);

export interface PublishedShape {
  required: string[];
  all: string[];
}

/** The fields of an interface in the SDK's own type files, so that no cast of ours can hide a gap. */
export function publishedShape(file: string, interfaceName: string): PublishedShape {
  const source = readFileSync(new URL(`${file}.d.ts`, RESOURCES), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
  const start = source.indexOf(`export interface ${interfaceName} {`);
  if (start < 0) throw new Error(`${file}.d.ts has no interface ${interfaceName}`);
  const body = source.slice(start, source.indexOf('\n}', start));
  const fields = [...body.matchAll(/^ {4}(\w+)(\??):/gm)].map(([, name = '', optional]) => ({
    name,
    optional,
  }));
  return {
    required: fields.filter((field) => field.optional === '').map((field) => field.name),
    all: fields.map((field) => field.name),
  };
}
