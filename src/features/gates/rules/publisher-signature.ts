import { z } from 'zod';
import { bounded, type Evidence, type Rule, type RuleJudgement } from '../rule.ts';

const Options = z.strictObject({
  /** `open` leaves an image without a trusted signature to a curator, `require` fails it. */
  mode: z.enum(['off', 'open', 'require']).default('off'),
});

function unsigned({ signatures }: Evidence): string[] {
  if (signatures.length === 0) return ['The image carries no signature.'];
  return signatures.map(
    ({ signedBy, reason }) => `A signature${signedBy && ` by ${signedBy}`} is not trusted: ${reason}.`,
  );
}

/** A Notary signature on the image by a publisher that the trust policy trusts. */
export const publisherSignature: Rule<z.infer<typeof Options>> = {
  id: 'publisher-signature',
  title: 'Publisher signature',
  Options,
  judge(evidence, { mode }): RuleJudgement {
    const trusted = evidence.signatures.filter((signature) => signature.valid);
    if (trusted.length > 0) {
      const names = [...new Set(trusted.map((signature) => signature.signedBy))].slice(0, 5).join('; ');
      return { outcome: 'pass', reasons: [`The image is signed by ${names}.`], remedy: null };
    }
    const reasons = bounded(unsigned(evidence));
    if (mode === 'off') return { outcome: 'pass', reasons: [...reasons, 'The rule asks for none.'], remedy: null };
    const remedy = 'Sign the image with notation and a certificate that the trust store knows, and push again.';
    if (mode === 'require') return { outcome: 'fail', reasons, remedy };
    return { outcome: 'open', reasons: [...reasons, 'The rule leaves such images to a curator.'], remedy };
  },
};
