import { AppError } from '#kernel/errors.ts';
import { NamespaceRules } from '#model/namespace-rules.ts';
import type { Database } from '#platform/database/database.ts';
import { notify } from '#platform/database/notifications.ts';
import type { RegistryTables } from '../tables.ts';
import { placesOf } from './place.ts';
import { type EffectiveRules, type PlaceRules, ruleBook } from './rule-book.ts';

/** Told of every change of rules, when it is committed. */
export const RULES_CHANNEL = 'assay_rules';

export interface StoredRules extends PlaceRules {
  /** Counts the changes; 0 while nobody wrote any. */
  readonly version: number;
  readonly changedAt: Date | null;
  readonly changedBy: string | null;
}

const MAX_PLACES = 10_000;

const columns = ['place', 'version', 'rules', 'changed_at as changedAt', 'changed_by as changedBy'] as const;

/** Of every place that has its own, in the order of their names. */
export async function listRules(db: Database): Promise<StoredRules[]> {
  const t = db.withTables<RegistryTables>();
  return t.selectFrom('registry_rules').select(columns).orderBy('place').limit(MAX_PLACES).execute();
}

/** A place's own rules; none of its own are empty ones. */
export async function findRules(db: Database, place: string): Promise<StoredRules> {
  const t = db.withTables<RegistryTables>();
  const found = await t.selectFrom('registry_rules').select(columns).where('place', '=', place).executeTakeFirst();
  return found ?? { place, version: 0, rules: {}, changedAt: null, changedBy: null };
}

/** What holds for a repository now, asked of the database. */
export async function readRulesFor(db: Database, repository: string): Promise<EffectiveRules> {
  const t = db.withTables<RegistryTables>();
  const rows = await t
    .selectFrom('registry_rules')
    .select(['place', 'rules'])
    .where('place', 'in', placesOf(repository))
    .execute();
  return ruleBook(rows).rulesFor(repository);
}

export interface RulesChange {
  readonly place: string;
  readonly rules: NamespaceRules;
  readonly by: string;
  readonly at: Date;
  /** The version that was read before; undefined changes whatever is there. */
  readonly version?: number | undefined;
}

/**
 * Writes a place's own rules; empty ones are taken away. In a transaction. Throws `invalid-input`, `limit-reached`, and
 * `conflict` when somebody else changed them since they were read.
 */
export async function putRules(db: Database, change: RulesChange): Promise<StoredRules> {
  const { place, by, at } = change;
  const rules = NamespaceRules.parse(change.rules);
  const t = db.withTables<RegistryTables>();
  const before = await t
    .selectFrom('registry_rules')
    .select('version')
    .where('place', '=', place)
    .forUpdate()
    .executeTakeFirst();
  const version = before?.version ?? 0;
  if (change.version !== undefined && change.version !== version) throw overtaken(place);
  if (!before) await refuseTooMany(db);
  await notify(db, RULES_CHANNEL, place);
  if (Object.keys(rules).length === 0) {
    await t.deleteFrom('registry_rules').where('place', '=', place).execute();
    return { place, version: 0, rules: {}, changedAt: null, changedBy: null };
  }
  const row = { place, version: version + 1, rules: JSON.stringify(rules), changed_at: at, changed_by: by };
  const written = await t
    .insertInto('registry_rules')
    .values(row)
    .onConflict((conflict) => conflict.column('place').doUpdateSet(row).where('registry_rules.version', '=', version))
    .returning(columns)
    .executeTakeFirst();
  if (written) return written;
  throw overtaken(place);
}

function overtaken(place: string): AppError {
  return new AppError(
    'conflict',
    `cannot change the rules of ${place}: somebody else did since they were read; read them again`,
  );
}

async function refuseTooMany(db: Database): Promise<void> {
  const t = db.withTables<RegistryTables>();
  const { count } = await t
    .selectFrom('registry_rules')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count < MAX_PLACES) return;
  throw new AppError('limit-reached', `cannot keep rules of more than ${MAX_PLACES} places: put them on places above`);
}
