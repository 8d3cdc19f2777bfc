import { z } from 'zod';
import type { Rule } from '../rule.ts';
import { bounded, onPlatforms, type PlatformEvidence } from '../rule.ts';

const Options = z.strictObject({
  /** Fail images of whose distribution or release no advisories are known. */
  require: z.boolean().default(false),
});

function subjectOf({ distribution }: PlatformEvidence): string {
  if (!distribution) return 'packages outside a known distribution';
  const { name, id, versionId } = distribution;
  // Pretty names mostly hold the version already: `Alpine Linux v3.22`.
  const release = versionId.split('.', 1)[0] ?? '';
  return name && (release === '' || name.includes(release)) ? name : [name || id, versionId].filter(Boolean).join(' ');
}

/** There are advisories to compare the image's packages with; without them "no findings" says nothing. */
export const coverage: Rule<z.infer<typeof Options>> = {
  id: 'coverage',
  title: 'Advisory coverage',
  Options,
  judge(evidence, options) {
    const missing = new Map<string, PlatformEvidence[]>();
    for (const platform of evidence.platforms) {
      if (platform.covered || (platform.packages === 0 && !platform.distribution)) continue;
      const subject = subjectOf(platform);
      missing.set(subject, [...(missing.get(subject) ?? []), platform]);
    }
    if (missing.size === 0) {
      const isEmpty = evidence.platforms.every((platform) => platform.packages === 0);
      const reason = isEmpty ? 'No packages were found in the image.' : 'There are advisories for this image.';
      return { outcome: 'pass', reasons: [reason], remedy: null };
    }
    const reasons = [...missing].map(([subject, platforms]) => {
      const where = onPlatforms(
        evidence,
        platforms.map((platform) => platform.platform),
      );
      return `No advisories are known for ${subject}${where}: no findings does not mean that there are none.`;
    });
    const remedy = 'Move to a distribution and release with advisories, or import advisories for this one.';
    return {
      outcome: options.require ? 'fail' : 'pass',
      reasons: bounded(reasons),
      remedy: options.require ? remedy : null,
    };
  },
};
