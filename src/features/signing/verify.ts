import { formatName } from '#formats/crypto/distinguished-name.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { envelopes, type OpenedEnvelope } from './envelopes/index.ts';
import { parseSignatureManifest } from './signature-manifest.ts';
import { parsePayload } from './signing-input.ts';
import type { Trust } from './trust.ts';
import { type AdjustableCheck, enforcementOf, findStatement } from './trust-policy.ts';
import type { SignatureToVerify, Verification, VerificationCheck, VerificationContext } from './verification.ts';
import {
  checkAuthenticity,
  checkCertificates,
  checkExpiry,
  checkRevocation,
  checkSubject,
  checkTime,
} from './verification-checks.ts';

/** A check says its fact, or throws why it fails. */
type Check = (context: VerificationContext) => string;

const CHECKS: readonly { readonly name: string; readonly adjustable?: AdjustableCheck; readonly check: Check }[] = [
  { name: 'certificates', check: checkCertificates },
  { name: 'subject', check: checkSubject },
  { name: 'authenticity', adjustable: 'authenticity', check: checkAuthenticity },
  { name: 'expiry', adjustable: 'expiry', check: checkExpiry },
  { name: 'timestamp', adjustable: 'authenticTimestamp', check: checkTime },
  { name: 'revocation', adjustable: 'revocation', check: checkRevocation },
];
const NAMES = ['policy', 'manifest', 'integrity', ...CHECKS.map(({ name }) => name)];

/**
 * Looks at one Notary Project signature under a trust policy. Strict where the reference verifier is laxer than the
 * specification. Never throws for what a stranger wrote: that is a failed check.
 */
export function verifySignature(trust: Trust, signature: SignatureToVerify, now: Date): Verification {
  const statement = findStatement(trust.policy, signature.repository);
  if (!statement) return refusal([], 'policy', `no statement of the trust policy covers ${signature.repository}`);
  const policy = passed('policy', `the statement "${statement.name}" covers ${signature.repository}`);
  if (statement.signatureVerification.level === 'skip') {
    const detail = `the statement "${statement.name}" says that signatures are not looked at`;
    return {
      ...refusal([], 'policy', detail),
      valid: true,
      checks: complete([{ ...policy, outcome: 'logged', detail }]),
    };
  }
  const checks = [policy];
  let stage = 'manifest';
  try {
    const manifest = parseSignatureManifest(signature);
    checks.push(
      passed(stage, `it refers to ${signature.subject.digest} and holds the envelope ${manifest.envelopeDigest}`),
    );
    stage = 'integrity';
    const opened = openEnvelope(manifest.envelopeType, signature.envelope);
    const target = parsePayload(opened.payload);
    checks.push(passed(stage, `the ${opened.algorithm} signature holds with the key of its certificate`));
    return judge({ trust, statement, signature, manifest, opened, target, now }, checks);
  } catch (error) {
    return refusal(checks, stage, messageOf(error));
  }
}

function openEnvelope(mediaType: string, bytes: Uint8Array): OpenedEnvelope {
  const envelope = envelopes.find((candidate) => candidate.mediaType === mediaType);
  if (envelope) return envelope.open(bytes);
  throw new AppError('unusable-input', `cannot read signature envelope: its type ${mediaType} is not supported`);
}

function judge(context: VerificationContext, before: readonly VerificationCheck[]): Verification {
  const checks = [...before, ...CHECKS.map((entry) => runCheck(entry, context))];
  const valid = checks.every((check) => check.outcome !== 'failed');
  const { opened, target } = context;
  const leaf = opened.chain[0];
  return {
    valid,
    checks,
    signedBy: leaf ? formatName(leaf.subject) : null,
    signedAt: opened.signingTime,
    expiresAt: opened.expiry,
    metadata: valid ? (target.annotations ?? {}) : {},
  };
}

function runCheck(
  { name, adjustable, check }: (typeof CHECKS)[number],
  context: VerificationContext,
): VerificationCheck {
  const enforcement = adjustable ? enforcementOf(context.statement, adjustable) : 'enforce';
  if (enforcement === 'skip') return { name, outcome: 'not-reached', detail: 'the trust policy leaves it out' };
  try {
    return passed(name, check(context));
  } catch (error) {
    return { name, outcome: enforcement === 'log' ? 'logged' : 'failed', detail: messageOf(error) };
  }
}

function passed(name: string, detail: string): VerificationCheck {
  return { name, outcome: 'passed', detail };
}

function refusal(before: readonly VerificationCheck[], name: string, detail: string): Verification {
  const checks = complete([...before, { name, outcome: 'failed', detail }]);
  return { valid: false, checks, signedBy: null, signedAt: null, expiresAt: null, metadata: {} };
}

function complete(checks: readonly VerificationCheck[]): VerificationCheck[] {
  const rest = NAMES.filter((name) => !checks.some((check) => check.name === name));
  return [
    ...checks,
    ...rest.map((name) => ({ name, outcome: 'not-reached' as const, detail: 'an earlier check failed' })),
  ];
}
