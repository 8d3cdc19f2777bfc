/** What a command names. `refused` is the sentence of a refusal, `warning` that of a deprecation. */
export interface PullTarget {
  readonly registryHost: string;
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string;
}

export interface PullTool {
  readonly id: string;
  readonly label: string;
  readonly lines: (reference: string, target: PullTarget) => string;
}

/** The reference with the tag for people and the digest for machines. */
export function pullReference({ registryHost, repository, tag, digest }: PullTarget): string {
  return `${registryHost}/${repository}${tag ? `:${tag}` : ''}@${digest}`;
}

/** Every tool that the pull box knows. A further one is a row here. */
export const pullTools: readonly PullTool[] = [
  { id: 'docker', label: 'docker', lines: (reference) => `docker pull ${reference}` },
  { id: 'podman', label: 'podman', lines: (reference) => `podman pull ${reference}` },
  { id: 'dockerfile', label: 'Dockerfile', lines: (reference) => `FROM ${reference}` },
  { id: 'kubernetes', label: 'Kubernetes', lines: (reference) => `image: ${reference}` },
  {
    id: 'compose',
    label: 'Compose',
    lines: (reference, { repository }) => `services:\n  ${repository.split('/').at(-1)}:\n    image: ${reference}`,
  },
  {
    id: 'helm',
    label: 'Helm',
    lines: (_reference, { registryHost, repository, digest }) =>
      `image:\n  repository: ${registryHost}/${repository}\n  digest: ${digest}`,
  },
];
