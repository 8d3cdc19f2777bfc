import { z } from 'zod';
import { bounded, onPlatforms, type Rule } from '../rule.ts';

const Names = z.array(z.string().min(1).max(200)).max(50).default([]);
const Options = z.strictObject({
  /** Labels that every platform's image must carry; an annotation of the same name on the image will do. */
  labels: Names,
  /** Annotations that the manifest or index must carry. */
  annotations: Names,
});

/** The image says what the organisation wants every image to say. An empty value says nothing. */
export const metadata: Rule<z.infer<typeof Options>> = {
  id: 'metadata',
  title: 'Metadata',
  Options,
  judge(evidence, options) {
    const reasons: string[] = [];
    const isSaid = (values: Readonly<Record<string, string>>, name: string) =>
      Object.hasOwn(values, name) && values[name]?.trim() !== '';
    for (const name of options.labels) {
      if (isSaid(evidence.annotations, name)) continue;
      const without = evidence.platforms.filter((platform) => !isSaid(platform.labels, name));
      const where = onPlatforms(
        evidence,
        without.map((platform) => platform.platform),
      );
      if (without.length > 0) reasons.push(`The label ${name} is missing${where}.`);
    }
    for (const name of options.annotations)
      if (!isSaid(evidence.annotations, name)) reasons.push(`The annotation ${name} is missing.`);
    if (reasons.length > 0) {
      const remedy = 'Set labels with LABEL in the build file and annotations with the build tool, and push again.';
      return { outcome: 'fail', reasons: bounded(reasons), remedy };
    }
    const count = options.labels.length + options.annotations.length;
    const reason =
      count === 0 ? 'No labels or annotations are asked for.' : 'The required labels and annotations are there.';
    return { outcome: 'pass', reasons: [reason], remedy: null };
  },
};
