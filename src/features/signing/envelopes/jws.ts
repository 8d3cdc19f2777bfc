import { parseCertificate } from '#formats/crypto/certificate.ts';
import { formatJws, formatSigningInput, JWS_MEDIA_TYPE, parseJws } from '#formats/crypto/jws.ts';
import { algorithmOfKey, describeKey, verifyBytes } from '#formats/crypto/signature-algorithm.ts';
import { AppError } from '#kernel/errors.ts';
import { leafOf } from '../certificate-cache.ts';
import type { Envelope } from './envelope.ts';

/** JSON Web Signature, the form that every verifier of the Notary Project reads. */
export const jws: Envelope = {
  id: 'jws',
  mediaType: JWS_MEDIA_TYPE,

  async sign(key, request) {
    const { payload, signingTime, expiry, signingAgent } = request;
    const signingInput = formatSigningInput({ algorithm: key.algorithm, signingTime, expiry }, payload);
    const signature = await key.sign(signingInput);
    const leaf = leafOf(key.chain);
    const proven =
      algorithmOfKey(leaf.publicKey) === key.algorithm &&
      verifyBytes(key.algorithm, leaf.publicKey, signingInput, signature);
    if (!proven) throw new AppError('internal', 'cannot sign: the key made a signature that its certificate refuses');
    return formatJws({ signingInput, signature, chain: key.chain, signingAgent });
  },

  open(bytes) {
    const { attributes, payload, signingInput, signature, ...rest } = parseJws(bytes);
    const chain = rest.chain.map(parseCertificate);
    const [leaf] = chain;
    if (!leaf) throw new AppError('unusable-input', 'cannot trust signature envelope: it carries no certificate');
    const expected = algorithmOfKey(leaf.publicKey);
    if (expected !== attributes.algorithm) {
      throw new AppError(
        'unusable-input',
        `cannot trust signature envelope: it says ${attributes.algorithm} but its ${describeKey(leaf.publicKey)} key signs with ${expected ?? 'nothing that is allowed'}`,
      );
    }
    if (!verifyBytes(attributes.algorithm, leaf.publicKey, signingInput, signature)) {
      throw new AppError('unusable-input', 'cannot trust signature envelope: the signature does not match its content');
    }
    const { algorithm, contentType, scheme, signingTime, expiry } = attributes;
    return {
      algorithm,
      contentType,
      payload,
      chain,
      scheme,
      signingTime,
      expiry,
      hasTimestamp: rest.timestamp !== null,
    };
  },
};
