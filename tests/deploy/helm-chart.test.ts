import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { kubernetesSchemas } from '#testkit/kubernetes-schemas.ts';
import { run, succeed, withoutPeers } from '#testkit/peers.ts';
import { compileSchema } from '#testkit/schemas.ts';
import { complaintsAbout } from './known-settings.ts';

const chart = join(import.meta.dirname, '../../deploy/helm/assay');
const KUBERNETES = ['--kube-version', '1.31.0'];

type Labels = Readonly<Record<string, string>>;

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Labels; readonly annotations?: Labels };
  readonly spec: {
    readonly selector: Labels & { readonly matchLabels: Labels };
    readonly ports: readonly { readonly targetPort: string }[];
    readonly strategy: { readonly type: string };
    readonly replicas: number;
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
  };
}

interface Pod {
  readonly enableServiceLinks: boolean;
  readonly serviceAccountName: string;
  readonly securityContext: { readonly runAsNonRoot: boolean };
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string };
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value?: string }[];
    readonly ports: readonly { readonly name: string }[];
    readonly volumeMounts: readonly { readonly name: string }[];
    readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
    readonly readinessProbe: {
      readonly httpGet: { readonly path: string; readonly port: string; readonly scheme: string };
    };
  }[];
}

const several = {
  mode: 'several',
  publicUrl: 'https://images.example.com',
  database: { existingSecret: 'assay-database' },
  masterKey: { existingSecret: 'assay-master-key', key: 'the-key' },
  admin: { existingSecret: 'assay-admin' },
  blobs: {
    place: 's3://images/assay',
    endpoint: 'https://s3.example.com',
    region: 'eu-central-1',
    existingSecret: 'assay-s3',
  },
};

const valueSets: Readonly<Record<string, object>> = {
  'as it comes': {},
  'one node with everything of its own': {
    publicUrl: 'https://images.example.com',
    image: { repository: 'images.example.com:5000/golden/assay', tag: '1.2.3', pullPolicy: 'Always' },
    imagePullSecrets: [{ name: 'pull' }],
    admin: { existingSecret: 'admin' },
    signing: { existingSecret: 'signing', keyFile: 'key.pem', chainFile: 'chain.pem' },
    persistence: { size: '1Ti', storageClass: 'fast' },
    ingress: {
      enabled: true,
      host: 'images.example.com',
      tlsSecret: 'images-tls',
      annotations: { 'example.com/team': 'platform' },
    },
    settings: { ASSAY_SAMPLES: 'on', ASSAY_REPORT_VALID_DAYS: '14', ASSAY_TRUSTED_PROXIES: '10.0.0.0/8' },
    extraEnv: [{ name: 'ASSAY_WEBHOOKS', value: '[]' }],
    extraVolumes: [{ name: 'advisories', configMap: { name: 'osv' } }],
    extraVolumeMounts: [{ name: 'advisories', mountPath: '/srv/osv', readOnly: true }],
    podAnnotations: { 'example.com/scrape': 'true' },
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'registry', effect: 'NoSchedule' }],
    serviceAccount: { annotations: { 'example.com/role': 'assay' } },
  },
  'one node on a claim that is there': { persistence: { existingClaim: 'old' }, nameOverride: 'registry' },
  'one node that keeps nothing': { persistence: { enabled: false } },
  'several nodes': several,
  'several nodes with TLS of their own and the role of the machine': {
    ...several,
    tls: { existingSecret: 'assay-tls' },
    blobs: { place: 's3://images', redirect: 'on' },
    web: { replicas: 4 },
    work: { replicas: 2 },
    ingress: { enabled: true, host: 'images.example.com' },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
    ],
  },
};

async function render(values: object): Promise<Rendered[]> {
  const input = JSON.stringify(values);
  const printed = await succeed('helm', ['template', 'test', chart, ...KUBERNETES, '--values', '-'], { input });
  return parseAllDocuments(printed).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as Rendered;
  });
}

function deploymentsOf(documents: readonly Rendered[]): Rendered[] {
  return documents.filter(({ kind }) => kind === 'Deployment');
}

function includes(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

describe('the Helm chart', { skip: withoutPeers('helm') }, () => {
  const validators = new Map(Object.entries(kubernetesSchemas).map(([kind, schema]) => [kind, compileSchema(schema)]));

  for (const [name, values] of Object.entries(valueSets)) {
    test(`${name}: lint has nothing to say, and every document is what Kubernetes takes`, async () => {
      const lint = await run('helm', ['lint', '--strict', chart, ...KUBERNETES, '--values', '-'], {
        input: JSON.stringify(values),
      });
      assert.equal(lint.code, 0, lint.stdout + lint.stderr);
      const documents = await render(values);
      for (const document of documents) {
        const validate = validators.get(document.kind);
        assert.ok(validate, `no schema for ${document.kind}`);
        assert.deepEqual(validate(document), [], `${document.kind} ${document.metadata.name}`);
      }
      const names = documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      assert.equal(new Set(names).size, names.length, 'a name is used twice');
    });

    test(`${name}: what refers to something finds it`, async () => {
      const documents = await render(values);
      const deployments = deploymentsOf(documents);
      const pods = deployments.map(({ spec }) => spec.template);
      for (const { spec } of deployments) assert.ok(includes(spec.template.metadata.labels, spec.selector.matchLabels));
      const service = documents.find(({ kind }) => kind === 'Service');
      const served = pods.filter(({ metadata }) => includes(metadata.labels, service?.spec.selector ?? {}));
      assert.equal(served.length, 1, 'the service leads to the pods that answer');
      const accounts = documents.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
      for (const { spec } of pods) {
        const [container] = spec.containers;
        assert.ok(container && accounts.includes(spec.serviceAccountName));
        const volumes = spec.volumes.map((volume) => volume.name);
        assert.deepEqual(container.volumeMounts.map((mount) => mount.name).sort(), volumes.sort());
        assert.ok(container.ports.some((port) => port.name === service?.spec.ports[0]?.targetPort));
        const variables = container.env.map((variable) => variable.name);
        assert.equal(new Set(variables).size, variables.length, 'a variable is set twice');
      }
    });

    test(`${name}: Assay knows and accepts every setting`, async () => {
      for (const { spec } of deploymentsOf(await render(values))) {
        const env = spec.template.spec.containers[0]?.env ?? [];
        assert.deepEqual(complaintsAbout(Object.fromEntries(env.map(({ name: key, value }) => [key, value]))), []);
      }
    });

    test(`${name}: pods are told nothing of other services, and run with few rights`, async () => {
      for (const { spec } of deploymentsOf(await render(values))) {
        const pod = spec.template.spec;
        assert.equal(pod.enableServiceLinks, false);
        assert.equal(pod.securityContext.runAsNonRoot, true);
        assert.equal(pod.containers[0]?.securityContext.readOnlyRootFilesystem, true);
        assert.equal(pod.containers[0]?.readinessProbe.httpGet.path, '/readyz');
      }
    });
  }

  test('a single node ends before its successor begins; of several, those that answer are never too few', async () => {
    const [node] = deploymentsOf(await render({}));
    assert.deepEqual([node?.spec.replicas, node?.spec.strategy.type], [1, 'Recreate']);
    const documents = await render(several);
    assert.deepEqual(
      deploymentsOf(documents).map(({ spec }) => [spec.replicas, spec.strategy.type]),
      [
        [2, 'RollingUpdate'],
        [1, 'RollingUpdate'],
      ],
    );
    assert.ok(documents.some(({ kind }) => kind === 'PodDisruptionBudget'));
    assert.ok(!documents.some(({ kind }) => kind === 'PersistentVolumeClaim'));
  });

  test('only those that answer speak TLS; those that work are asked in plain HTTP', async () => {
    const documents = await render(valueSets['several nodes with TLS of their own and the role of the machine'] ?? {});
    const schemes = deploymentsOf(documents).map(
      ({ spec }) => spec.template.spec.containers[0]?.readinessProbe.httpGet.scheme,
    );
    assert.deepEqual(schemes, ['HTTPS', 'HTTP']);
    const ingress = documents.find(({ kind }) => kind === 'Ingress');
    assert.equal(ingress?.metadata.annotations?.['nginx.ingress.kubernetes.io/backend-protocol'], 'HTTPS');
    assert.equal(ingress?.metadata.annotations?.['nginx.ingress.kubernetes.io/proxy-body-size'], '0');
  });

  for (const [missing, words] of [
    [{ database: {} }, /needs database\.existingSecret/],
    [{ masterKey: {} }, /needs masterKey\.existingSecret/],
    [{ admin: {} }, /needs admin\.existingSecret/],
    [{ blobs: { place: 'disk' } }, /needs blobs\.place/],
    [{ ingress: { enabled: true } }, /needs ingress\.host/],
    [{ mode: 'many' }, /mode/],
    [{ replicas: 3 }, /replicas/],
    [{ settings: { REPORT_DAYS: '1' } }, /REPORT_DAYS/],
  ] as const) {
    test(`${JSON.stringify(missing)} is refused in words`, async () => {
      const values = JSON.stringify({ ...several, ...missing });
      const outcome = await run('helm', ['template', 'test', chart, ...KUBERNETES, '--values', '-'], { input: values });
      assert.notEqual(outcome.code, 0);
      assert.match(outcome.stderr, words);
    });
  }
});
