import { AppError } from '#kernel/errors.ts';
import { NamespaceRules, type RateWindow } from '#model/namespace-rules.ts';

/** The options of `assay rules set`, as they are typed. */
export interface RuleOptions {
  readonly immutable?: readonly string[];
  readonly quota?: string;
  readonly repositories?: string;
  readonly requests?: string;
  readonly bytes?: string;
  readonly undelete?: string;
  readonly tags?: readonly string[];
  readonly keepLast?: string;
  readonly keepPushed?: string;
  readonly keepPulled?: string;
  readonly untagged?: string;
  readonly none?: readonly string[];
  readonly inherit?: readonly string[];
}

/** The rules by the names that options have. */
export const ruleNames = {
  immutable: 'immutableTags',
  quota: 'quota',
  rate: 'rateLimit',
  undelete: 'undelete',
  retention: 'retention',
} as const satisfies Readonly<Record<string, keyof NamespaceRules>>;

/** A place's rules with what the options change; the others stay. Throws `invalid-input`. */
export function changedRules(rules: NamespaceRules, options: RuleOptions): NamespaceRules {
  const changed: Record<string, unknown> = { ...rules };
  for (const name of options.inherit ?? []) delete changed[ruleNamed(name)];
  for (const name of options.none ?? []) changed[ruleNamed(name)] = false;
  if (options.immutable) changed.immutableTags = options.immutable;
  setParts(changed, 'quota', {
    bytes: parsed(options.quota, parseBytes),
    repositories: parsed(options.repositories, parseCount),
  });
  setParts(changed, 'rateLimit', {
    requests: parsed(options.requests, (text) => parseWindow(text, parseCount)),
    bytes: parsed(options.bytes, (text) => parseWindow(text, parseBytes)),
  });
  if (options.undelete !== undefined) changed.undelete = { days: parseDays(options.undelete) };
  setRetention(changed, options);
  return checkRules(changed);
}

/** Throws `invalid-input` that names the rule. */
export function checkRules(given: unknown): NamespaceRules {
  const { data, error } = NamespaceRules.safeParse(given);
  if (data) return data;
  const faults = error.issues.map((issue) => `${issue.path.join('.') || 'rules'}: ${issue.message}`);
  throw new AppError('invalid-input', `cannot use these rules: ${faults.slice(0, 5).join('; ')}`);
}

function ruleNamed(name: string): string {
  if (Object.hasOwn(ruleNames, name)) return ruleNames[name as keyof typeof ruleNames];
  throw new AppError('invalid-input', `cannot find rule "${name}": they are ${Object.keys(ruleNames).join(', ')}`);
}

function parsed<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

function setParts(changed: Record<string, unknown>, rule: string, parts: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  if (given.length > 0) changed[rule] = { ...(changed[rule] || {}), ...Object.fromEntries(given) };
}

/** One retention rule is what the options can say; several come from a file. */
function setRetention(changed: Record<string, unknown>, options: RuleOptions): void {
  const conditions = {
    keepLast: parsed(options.keepLast, parseCount),
    keepPushedDays: parsed(options.keepPushed, parseDays),
    keepPulledDays: parsed(options.keepPulled, parseDays),
  };
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  if (given.length > 0) {
    const rule = { tags: options.tags ?? ['*'], ...Object.fromEntries(given) };
    setParts(changed, 'retention', { rules: [rule] });
  }
  setParts(changed, 'retention', { untaggedDays: parsed(options.untagged, parseDays) });
}

function parseCount(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError('invalid-input', `cannot use "${text}": give a whole number`);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

/** `500GB`, `1.5T`, `1000`: powers of a thousand. */
export function parseBytes(text: string): number {
  const [, value = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?) ?([kMGTP]?)B?$/i.exec(text) ?? [];
  const factor = UNITS[unit] ?? UNITS[unit.toUpperCase()] ?? UNITS[unit.toLowerCase()];
  const bytes = Math.round(Number(value) * (factor ?? Number.NaN));
  if (value !== '' && Number.isSafeInteger(bytes)) return bytes;
  throw new AppError('invalid-input', `cannot use size "${text}": give a number with kB, MB, GB, TB or PB, as 500GB`);
}

function parseDays(text: string): number {
  const [, days] = /^(\d{1,4})d?$/.exec(text) ?? [];
  if (days !== undefined) return Number(days);
  throw new AppError('invalid-input', `cannot use "${text}": give a number of days, as 30d`);
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `1000/h`, `100/10s`: so many in so long. */
function parseWindow(text: string, parseLimit: (text: string) => number): RateWindow {
  const [, limit = '', count = '', unit = ''] = /^([^/]+)\/(\d{0,5})([smhd])$/.exec(text) ?? [];
  if (limit === '')
    throw new AppError('invalid-input', `cannot use rate "${text}": give so many in so long, as 1000/h`);
  return { limit: parseLimit(limit), seconds: Number(count || '1') * (SECONDS[unit] ?? 1) };
}
