import type { InteropClient } from '../client.ts';
import { buildah } from './buildah.ts';
import { cosign } from './cosign.ts';
import { crane } from './crane.ts';
import { ctr } from './ctr.ts';
import { docker } from './docker.ts';
import { helm } from './helm.ts';
import { notation } from './notation.ts';
import { oras } from './oras.ts';
import { podman } from './podman.ts';
import { regctl } from './regctl.ts';
import { skopeo } from './skopeo.ts';

/** In the order of `docs/clients.md`. */
export const clients: readonly InteropClient[] = [
  docker,
  podman,
  buildah,
  ctr,
  skopeo,
  crane,
  oras,
  regctl,
  helm,
  notation,
  cosign,
];
