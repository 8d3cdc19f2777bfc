import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestChain } from '#testkit/certificates.ts';
import { parseCertificate } from './certificate.ts';
import { formatJws, formatSigningInput, PAYLOAD_MEDIA_TYPE, parseJws, parseSigningInput } from './jws.ts';
import { type SignatureAlgorithm, signatureAlgorithms, signBytes, verifyBytes } from './signature-algorithm.ts';

const payload = Buffer.from('{"targetArtifact":{}}');
const signingTime = new Date('2026-03-01T10:00:00.750Z');
const expiry = new Date('2026-04-01T10:00:00Z');

async function envelopeOf(algorithm: SignatureAlgorithm) {
  const { chain, privateKey } = await createTestChain({ algorithm });
  const signingInput = formatSigningInput({ algorithm, signingTime, expiry }, payload);
  const signature = await signBytes(algorithm, privateKey, signingInput);
  return formatJws({ signingInput, signature, chain, signingAgent: 'test/1' });
}

for (const algorithm of Object.keys(signatureAlgorithms) as SignatureAlgorithm[]) {
  test(`an envelope with ${algorithm} is parsed to what was signed and its signature holds`, async () => {
    const envelope = parseJws(await envelopeOf(algorithm));
    assert.deepEqual(envelope.attributes, {
      algorithm,
      contentType: PAYLOAD_MEDIA_TYPE,
      scheme: 'notary.x509',
      signingTime: new Date('2026-03-01T10:00:00Z'),
      expiry,
      extended: {},
    });
    assert.deepEqual(Buffer.from(envelope.payload), payload);
    const leaf = parseCertificate(envelope.chain[0] ?? new Uint8Array());
    assert.ok(verifyBytes(algorithm, leaf.publicKey, envelope.signingInput, envelope.signature));
    const signature = new Uint8Array(envelope.signature);
    signature[3] = (signature[3] ?? 0) ^ 1;
    assert.ok(!verifyBytes(algorithm, leaf.publicKey, envelope.signingInput, signature));
  });
}

const SCHEME = 'io.cncf.notary.signingScheme';
const EXPIRY = 'io.cncf.notary.expiry';
const good = {
  alg: 'ES256',
  cty: PAYLOAD_MEDIA_TYPE,
  crit: [SCHEME],
  [SCHEME]: 'notary.x509',
  'io.cncf.notary.signingTime': '2026-03-01T10:00:00Z',
};
const authority = 'notary.x509.signingAuthority';
const refused: Readonly<Record<string, [object, RegExp]>> = {
  'algorithm none': [{ alg: 'none' }, /algorithm/],
  'a PKCS#1 algorithm': [{ alg: 'RS256' }, /algorithm/],
  'an algorithm named like a property of every object': [{ alg: 'constructor' }, /algorithm/],
  'no list of critical headers': [{ crit: undefined }, /crit/],
  'an empty list of critical headers': [{ crit: [] }, /crit/],
  'a scheme that is not critical': [{ crit: ['x'], x: 1 }, /must be marked critical/],
  'an expiry that is not critical': [{ [EXPIRY]: '2027-03-01T10:00:00Z' }, /must be marked critical/],
  'a critical header that nobody understands': [{ crit: [SCHEME, 'x'], x: 1 }, /not understood/],
  'a critical header that is absent': [{ crit: [SCHEME, EXPIRY] }, /not understood/],
  'a signing time that is critical': [{ crit: [SCHEME, 'io.cncf.notary.signingTime'] }, /not understood/],
  'no signing time': [{ 'io.cncf.notary.signingTime': undefined }, /RFC 3339/],
  'a signing time that is no time': [{ 'io.cncf.notary.signingTime': 'yesterday' }, /RFC 3339/],
  'an expiry before the signing time': [{ crit: [SCHEME, EXPIRY], [EXPIRY]: '2026-02-01T10:00:00Z' }, /expiry/],
  'an authentic time under notary.x509': [{ 'io.cncf.notary.authenticSigningTime': '2026-03-01T10:00:00Z' }, /go with/],
  'a signing time under the authority scheme': [{ [SCHEME]: authority }, /go with/],
  'an unknown scheme': [{ [SCHEME]: 'other' }, /scheme/],
  'no content type': [{ cty: undefined }, /cty/],
};

function inputOf(header: object): Uint8Array {
  return Buffer.from(`${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30`);
}

for (const [name, [change, message]] of Object.entries(refused)) {
  test(`${name} is refused`, () =>
    assert.throws(() => parseSigningInput(inputOf({ ...good, ...change })), { code: 'unusable-input', message }));
}

test('times with a fraction or an offset, and extended headers that are not critical, are read', () => {
  const time = '2026-03-01T12:00:00.5+02:00';
  const { attributes } = parseSigningInput(inputOf({ ...good, 'io.cncf.notary.signingTime': time, 'org.example': 7 }));
  assert.equal(attributes.signingTime.toISOString(), '2026-03-01T10:00:00.500Z');
  assert.deepEqual(attributes.extended, { 'org.example': 7 });
});

test('an envelope with padding, unknown members, several signatures or no chain is refused', async () => {
  const text = Buffer.from(await envelopeOf('ES256')).toString();
  const envelope = JSON.parse(text);
  const changes = {
    'padded payload': { ...envelope, payload: `${envelope.payload}=` },
    'unknown member': { ...envelope, extra: 1 },
    'general form': { payload: envelope.payload, signatures: [envelope] },
    'no chain': { ...envelope, header: {} },
    'a chain that is not base64': { ...envelope, header: { x5c: ['?'] } },
    'no object': [envelope],
  };
  for (const [name, changed] of Object.entries(changes)) {
    assert.throws(() => parseJws(Buffer.from(JSON.stringify(changed))), { code: 'unusable-input' }, name);
  }
});
