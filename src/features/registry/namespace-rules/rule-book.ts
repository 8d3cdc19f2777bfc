import { EVERYWHERE, type NamespaceRules, type RateWindow, type RetentionRule } from '#model/namespace-rules.ts';
import { placesOf } from './place.ts';

export interface PlaceRules {
  /** A namespace, a path below one, or `*`. */
  readonly place: string;
  readonly rules: NamespaceRules;
}

/** What holds for one repository, each rule with the place that it comes from. */
export interface EffectiveRules {
  readonly immutableTags?: { readonly place: string; readonly patterns: readonly string[] };
  /** That of every place above the repository. */
  readonly quotas: readonly {
    readonly place: string;
    readonly bytes?: number | undefined;
    readonly repositories?: number | undefined;
  }[];
  readonly rateLimit?: {
    readonly place: string;
    readonly requests?: RateWindow | undefined;
    readonly bytes?: RateWindow | undefined;
  };
  readonly undelete?: { readonly place: string; readonly days: number };
  readonly retention?: {
    readonly place: string;
    readonly rules: readonly RetentionRule[];
    readonly untaggedDays?: number | undefined;
  };
}

/** What holds where nobody wrote any. */
export const noRules: EffectiveRules = { quotas: [] };

/** The rules of every place at one time. */
export interface RuleBook {
  readonly places: readonly PlaceRules[];
  readonly hasRateLimits: boolean;
  rulesFor(repository: string): EffectiveRules;
}

const REMEMBERED = 10_000;

export function ruleBook(places: readonly PlaceRules[]): RuleBook {
  const byPlace = new Map(places.map(({ place, rules }) => [place, rules]));
  const known = new Map<string, EffectiveRules>();
  return {
    places,
    hasRateLimits: places.some(({ rules }) => Boolean(rules.rateLimit)),
    rulesFor(repository) {
      let rules = known.get(repository);
      if (!rules) {
        rules = effectiveRules(byPlace, repository);
        if (known.size >= REMEMBERED) known.clear();
        known.set(repository, rules);
      }
      return rules;
    },
  };
}

function effectiveRules(byPlace: ReadonlyMap<string, NamespaceRules>, repository: string): EffectiveRules {
  const places = placesOf(repository).filter((place) => byPlace.has(place));
  const rulesAt = (place: string): NamespaceRules => byPlace.get(place) ?? {};
  /** The nearest place that says something of it, be it that there is none. */
  function nearest<K extends keyof NamespaceRules>(key: K) {
    const place = places.find((each) => rulesAt(each)[key] !== undefined);
    if (place === undefined) return undefined;
    const value = rulesAt(place)[key];
    return value ? { place, value: value as Exclude<NamespaceRules[K], false | undefined> } : undefined;
  }
  const [immutable, rate, undelete, retention] = [
    nearest('immutableTags'),
    nearest('rateLimit'),
    nearest('undelete'),
    nearest('retention'),
  ];
  return {
    quotas: places.flatMap((place) => {
      const { quota } = rulesAt(place);
      return quota ? [{ place, ...quota }] : [];
    }),
    ...(immutable && { immutableTags: { place: immutable.place, patterns: immutable.value } }),
    ...(rate && { rateLimit: { place: rate.place, ...rate.value } }),
    ...(undelete && { undelete: { place: undelete.place, ...undelete.value } }),
    ...(retention && { retention: { place: retention.place, ...retention.value } }),
  };
}

/** `staging/` for people; the whole registry for `*`. */
export function nameOfPlace(place: string): string {
  return place === EVERYWHERE ? 'the registry' : `${place}/`;
}
