import { type RawBuilder, sql } from 'kysely';
import { type CountName, countNames, type FindingCounts } from '#model/finding-counts.ts';

/** `fixableCritical` → `fixable_critical`: how tables name a count. */
function columnOf(name: CountName, prefix = ''): string {
  return prefix + name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function each(part: (name: CountName) => RawBuilder<unknown>): RawBuilder<unknown> {
  return sql.join(countNames.map(part), sql`, `);
}

/** The columns of a table that keeps counts, for its migration. */
export function defineCounts(prefix = ''): RawBuilder<unknown> {
  return each((name) => sql`${sql.ref(columnOf(name, prefix))} integer not null default 0`);
}

/** `alter table … add column …` for each count. */
export function addCountColumns(): RawBuilder<unknown> {
  return each((name) => sql`add column ${sql.ref(columnOf(name))} integer not null default 0`);
}

export function countColumns(alias?: string, prefix = ''): RawBuilder<unknown> {
  return each((name) => sql.ref(alias ? `${alias}.${columnOf(name, prefix)}` : columnOf(name, prefix)));
}

/** Selects the counts of a row under their own names. */
export function selectCounts(alias: string, prefix = ''): RawBuilder<unknown> {
  return each(
    (name) => sql`coalesce(${sql.ref(`${alias}.${columnOf(name, prefix)}`)}, 0) as ${sql.ref(prefix + name)}`,
  );
}

export function sumCounts(alias: string): RawBuilder<unknown> {
  return each(
    (name) => sql`coalesce(sum(${sql.ref(`${alias}.${columnOf(name)}`)}), 0)::int as ${sql.ref(columnOf(name))}`,
  );
}

/** For `set` of an update of `target`: its counts and those of `alias`. */
export function addCountsTo(target: string, alias: string): RawBuilder<unknown> {
  return each((name) => {
    const column = columnOf(name);
    return sql`${sql.ref(column)} = ${sql.ref(`${target}.${column}`)} + ${sql.ref(`${alias}.${column}`)}`;
  });
}

/** For `set` of an update, or of an insert's conflict: the counts of `alias`, into columns with the prefix. */
export function setCountsFrom(alias: string, prefix = ''): RawBuilder<unknown> {
  return each((name) => sql`${sql.ref(columnOf(name, prefix))} = ${sql.ref(`${alias}.${columnOf(name)}`)}`);
}

/** Rows of an id and its counts, as a table named `given`; `type` is that of the id. */
export function givenCounts<Id extends number | string>(
  rows: ReadonlyMap<Id, FindingCounts>,
  type: 'bigint' | 'text',
): RawBuilder<unknown> {
  const ids = [...rows.keys()];
  const counts = [...rows.values()];
  const column = (name: CountName) => sql`${counts.map((row) => row[name])}::integer[]`;
  return sql`unnest(${ids}::${sql.raw(`${type}[]`)}, ${each(column)}) as given (id, ${countColumns()})`;
}

/** What `selectCounts` selected, of a row. */
export function readCounts(row: Readonly<Record<string, unknown>>, prefix = ''): FindingCounts {
  return Object.fromEntries(countNames.map((name) => [name, Number(row[prefix + name])])) as Record<CountName, number>;
}
