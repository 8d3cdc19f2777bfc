import type { z } from 'zod';
import type { Match } from '#model/finding.ts';
import type { SupportWindow } from '#model/lifecycle.ts';
import type { MalwareFinding } from '#model/malware.ts';
import type { Distribution } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';
import type { RuleResult } from '#model/verdict.ts';

/** An advisory that matches a package of the image. */
export type EvidenceFinding = Match & { readonly packageName: string; readonly packageVersion: string };

/** What is known of one platform's image. */
export interface PlatformEvidence {
  readonly digest: string;
  /** `linux/amd64`. */
  readonly platform: string;
  readonly distribution: Distribution | null;
  /** False when no advisories are known for this distribution or release. */
  readonly covered: boolean;
  /** How many were found. */
  readonly packages: number;
  readonly findings: readonly EvidenceFinding[];
  readonly malware: readonly MalwareFinding[];
  readonly problems: readonly Problem[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What the Notary verification of one signature on the image said. */
export interface SignatureEvidence {
  readonly valid: boolean;
  /** The subject of the signing certificate. */
  readonly signedBy: string;
  /** Why it is not valid; empty when it is. */
  readonly reason: string;
}

/** Everything that rules look at. It is gathered once; a rule reads nothing else. */
export interface Evidence {
  /** Of the index or the single image. */
  readonly digest: string;
  readonly kind: 'image' | 'index';
  /** Where the image is, and where it goes when it passes. */
  readonly repositories: readonly string[];
  /** Of the manifest or index. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly platforms: readonly PlatformEvidence[];
  /** Of the image as a whole. */
  readonly problems: readonly Problem[];
  readonly window: SupportWindow;
  readonly signatures: readonly SignatureEvidence[];
  /** Source → ISO time of its last good refresh. */
  readonly dataDates: Readonly<Record<string, string>>;
  readonly now: Date;
}

/** `reasons` are whole sentences that name what was found and where; `remedy` says what the pusher can do. */
export type RuleJudgement = Pick<RuleResult, 'reasons' | 'remedy'> & { readonly outcome: 'pass' | 'fail' | 'open' };

/** One quality check: a pure function of evidence and options. `open` leaves the image to a curator. */
export interface Rule<Options> {
  /** Kebab-case, the name of its file. */
  readonly id: string;
  readonly title: string;
  /** Every option has a default. */
  readonly Options: z.ZodType<Options>;
  judge(evidence: Evidence, options: Options): RuleJudgement;
}

/** A rule whose options are checked when it judges: what a list of rules holds. */
export interface ListedRule extends Omit<Rule<unknown>, 'judge'> {
  /** Throws when the options are not the rule's. */
  judge(evidence: Evidence, options: unknown): RuleJudgement;
}

export function listed<Options>(rule: Rule<Options>): ListedRule {
  return {
    id: rule.id,
    title: rule.title,
    Options: rule.Options,
    judge: (evidence, options) => rule.judge(evidence, rule.Options.parse(options)),
  };
}

const SHOWN = 20;

/** At most 20 sentences, and how many more there are. */
export function bounded(reasons: readonly string[]): string[] {
  if (reasons.length <= SHOWN) return [...reasons];
  return [...reasons.slice(0, SHOWN), `And ${reasons.length - SHOWN} more.`];
}

/** ` on linux/arm64`, for what is not true of every platform; empty otherwise. */
export function onPlatforms(evidence: Evidence, platforms: Iterable<string>): string {
  const names = [...new Set(platforms)];
  return names.length === 0 || names.length === evidence.platforms.length ? '' : ` on ${names.join(', ')}`;
}
