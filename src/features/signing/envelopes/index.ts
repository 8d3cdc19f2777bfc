import type { Envelope } from './envelope.ts';
import { jws } from './jws.ts';

export type { Envelope, EnvelopeRequest, OpenedEnvelope } from './envelope.ts';

export const envelopes: readonly Envelope[] = [jws];
