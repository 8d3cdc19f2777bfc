import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';

/** A layer may import only from the layers before it; the last one is the composition root. */
const LAYERS = ['kernel', 'model', 'formats', 'platform', 'features', 'workflows', 'surfaces', 'main'];
const IN_BROWSER = ['kernel', 'model'];
/** Layers that are one module: a folder in them only gathers parts of one file's work. */
const FLAT = ['kernel', 'model', 'workflows'];
/** Folders of plug-ins: one file each, one line in `index.ts`, one test beside it. */
const PLUG_INS = ['catalogers', 'sources', 'engines', 'rules', 'keys', 'envelopes', 'formats', 'channels'];
const FORBIDDEN_NAMES = /^(utils?|helpers?|common|misc|types|constants)(\.test)?\.ts$/;
const FORBIDDEN_TYPES =
  /export (?:class|interface|type|function|const) (\w+(?:Manager|Service|Impl|Schema)|Default[A-Z]\w*|I[A-Z][a-z]\w*)\b/g;
/** A table where a query names it, in kysely or in SQL. */
const TABLE_IN_QUERY =
  /(?:(?:selectFrom|insertInto|updateTable|deleteFrom|[jJ]oin)\(\s*\[?\s*'|\b(?:from|join|into|update|table|references|on)\s+"?)([a-z]+_[a-z_]+)/g;

const root = join(import.meta.dirname, '..');
const files = globSync('**/*.ts', { cwd: join(root, 'src') }).map((path) => ({
  path,
  name: basename(path),
  isTest: path.endsWith('.test.ts'),
  text: readFileSync(join(root, 'src', path), 'utf8'),
}));
const sources = files.filter(({ isTest }) => !isTest);

interface Import {
  readonly from: string;
  readonly target: string;
}

/** Static imports, type imports, re-exports and dynamic imports of our own modules. */
const imports: readonly Import[] = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => ({ from: path, target })),
);

function placeOf(path: string): { layer: string; module: string } {
  const [layer = '', module = ''] = path.split('/');
  if (layer.endsWith('.ts')) return { layer: 'main', module: '' };
  return { layer, module: module.endsWith('.ts') ? '' : module };
}

function targetOf({ from, target }: Import): string | undefined {
  if (target.startsWith('#')) return target.slice(1);
  return target.startsWith('.') ? join(dirname(from), target) : undefined;
}

function show({ from, target }: Import): string {
  return `src/${from} imports ${target}`;
}

test('every file has a place in a layer', () => {
  const strangers = sources.map(({ path }) => placeOf(path).layer).filter((layer) => !LAYERS.includes(layer));
  assert.deepEqual(strangers, [], `put it into one of: ${LAYERS.join(', ')}`);
});

test('imports point to the left', () => {
  const faults = imports.filter((one) => {
    const target = targetOf(one);
    return target !== undefined && LAYERS.indexOf(placeOf(target).layer) > LAYERS.indexOf(placeOf(one.from).layer);
  });
  const advice = `${LAYERS.join(' ← ')}: move the shared word to model, or let a workflow make the call`;
  assert.deepEqual(faults.map(show), [], advice);
});

test('features are strangers to each other', () => {
  const faults = imports.filter((one) => {
    const target = targetOf(one);
    const [from, to] = [placeOf(one.from), placeOf(target ?? '')];
    return from.layer === 'features' && to.layer === 'features' && from.module !== to.module;
  });
  assert.deepEqual(faults.map(show), [], 'move the shared word to model, or let a workflow introduce the two');
});

test('a relative import stays in its module', () => {
  const faults = imports.filter((one) => {
    if (!one.target.startsWith('.')) return false;
    const [from, to] = [placeOf(one.from), placeOf(join(dirname(one.from), one.target))];
    const isInside = from.layer === to.layer && (from.module === to.module || FLAT.includes(from.layer));
    return from.layer !== 'main' && !isInside;
  });
  assert.deepEqual(faults.map(show), [], "write '#layer/module/file.ts' instead");
});

test('kernel and model run in the browser', () => {
  const faults = imports.filter(
    ({ from, target }) => IN_BROWSER.includes(placeOf(from).layer) && (target.startsWith('node:') || target === 'pg'),
  );
  const globals = sources
    .filter(({ path, text }) => IN_BROWSER.includes(placeOf(path).layer) && /\b(?:process|Buffer)\s*[.(]/.test(text))
    .map(({ path }) => `src/${path} uses a global of Node.js`);
  assert.deepEqual([...faults.map(show), ...globals], [], 'move what needs Node.js to formats or platform');
});

test('formats do no I/O of their own', () => {
  const io = ['node:fs', 'node:fs/promises', 'node:net', 'node:http', 'node:https', 'node:child_process'];
  const faults = imports.filter(({ from, target }) => placeOf(from).layer === 'formats' && io.includes(target));
  assert.deepEqual(faults.map(show), [], 'take bytes or an AsyncIterable as an argument, and read them in platform');
});

test('SQL stands only in stores and migrations', () => {
  const faults = sources
    .filter(({ path }) => ['features', 'workflows', 'surfaces'].includes(placeOf(path).layer))
    .filter(({ path, name }) => !name.endsWith('-store.ts') && !path.includes('/migrations/'))
    .filter(({ text }) => /\.(?:selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql(?:<[^`]*>)?`/.test(text))
    .map(({ path }) => `src/${path}`);
  assert.deepEqual(faults, [], "move the query to one of the feature's <noun>-store.ts files, db first");
});

test('a feature names only its own tables', () => {
  const features = new Set(
    sources.filter(({ path }) => placeOf(path).layer === 'features').map(({ path }) => placeOf(path).module),
  );
  const tables = new Set(
    sources
      .filter(({ path }) => path.includes('/migrations/'))
      .flatMap(({ text }) =>
        [...text.matchAll(/create (?:unlogged )?table(?: if not exists)?\s+"?(\w+)/gi)].map(([, name = '']) => name),
      ),
  );
  const faults = sources.flatMap(({ path, text }) => {
    const { layer, module } = placeOf(path);
    return [...text.matchAll(TABLE_IN_QUERY)]
      .map(([, name = '']) => name)
      .filter(
        (name) => tables.has(name) && !(['features', 'platform'].includes(layer) && name.startsWith(`${module}_`)),
      )
      .map((name) => `src/${path} names ${name}`);
  });
  const strays = [...tables].filter(
    (name) => ![...features, 'queue', 'blobs', 'database', 'platform'].some((owner) => name.startsWith(`${owner}_`)),
  );
  assert.deepEqual([...new Set(faults)], [], 'ask the owner through a function of its store, called by a workflow');
  assert.deepEqual(strays, [], 'a table carries the name of the feature that owns it as prefix');
});

test('every listed plug-in is one kebab-case file with a test of its own', () => {
  const faults = plugIns().flatMap(({ folder, id }) => {
    const path = `src/${folder}/${id}`;
    return [
      ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ? [] : [`${path}.ts: rename it to kebab-case`]),
      ...(existsSync(join(root, `${path}.test.ts`)) ? [] : [`${path}.ts: write ${id}.test.ts beside it`]),
    ];
  });
  assert.deepEqual(faults, []);
});

test('a plug-in has the id that its file is named after', () => {
  const faults = plugIns().flatMap(({ folder, id }) => {
    const text = files.find(({ path }) => path === `${folder}/${id}.ts`)?.text ?? '';
    const ids = [...text.matchAll(/^\s*(?:readonly )?id: '([^']+)'/gm)].map(([, found]) => found);
    return ids.length === 0 || ids.includes(id) ? [] : [`src/${folder}/${id}.ts has the id ${ids.join(', ')}`];
  });
  assert.deepEqual(faults, [], 'name the file after the id');
});

test('migrations have numbers of their own, and names that are those of their files', () => {
  const migrations = sources.filter(({ path, name }) => path.includes('/migrations/') && name !== 'index.ts');
  const misnamed = migrations
    .filter(({ name, text }) => !text.includes(`'${name.slice(0, -3)}'`))
    .map(({ path }) => `src/${path}`);
  const numbers = migrations.map(({ name }) => name.slice(0, 4));
  const twice = numbers.filter((number, index) => numbers.indexOf(number) !== index);
  assert.deepEqual(misnamed, [], "a migration's name is its file's name");
  assert.deepEqual(twice, [], 'take the next number of the feature');
});

test('files say what they hold', () => {
  const faults = files.filter(({ name }) => FORBIDDEN_NAMES.test(name)).map(({ path }) => `src/${path}`);
  assert.deepEqual(faults, [], 'name the file after its main export');
  const odd = files.filter(({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.gen|\.test|\.suite)*\.ts$/.test(name));
  assert.deepEqual(
    odd.map(({ path }) => `src/${path}`),
    [],
    'file names are kebab-case',
  );
});

test('names say what a thing is, not what kind of class it is', () => {
  const faults = sources.flatMap(({ path, text }) =>
    [...text.matchAll(FORBIDDEN_TYPES)].map(([, name]) => `src/${path} exports ${name}`),
  );
  assert.deepEqual(faults, [], 'name an implementation by how it works, a decorator by what it adds');
});

test('index files list and re-export, and nothing is exported without a name', () => {
  const logic = sources
    .filter(
      ({ name, text }) =>
        name === 'index.ts' && /^(?:export )?(?:async )?function |^\s*(?:return|if|for)\b/m.test(text),
    )
    .map(({ path }) => `src/${path} has logic: move it to a file named after it`);
  const unnamed = sources
    .filter(({ text }) => /^export default /m.test(text))
    .map(({ path }) => `src/${path} has a default export: name it`);
  assert.deepEqual([...logic, ...unnamed], []);
});

/** What the `index.ts` of a plug-in folder of a feature imports from beside itself. */
function plugIns(): { folder: string; id: string }[] {
  return sources
    .filter(({ path, name }) => name === 'index.ts' && placeOf(path).layer === 'features')
    .filter(({ path }) => PLUG_INS.includes(basename(dirname(path))))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from '\.\/([^/']+)\.ts'/gm)].map(([, id = '']) => ({
        folder: dirname(path),
        id,
      })),
    );
}
