/**
 * The part of Kubernetes' API that the chart uses, by hand from its API reference (v1.31): apps/v1, v1, networking.k8s.io/v1,
 * policy/v1. A field that is not here is an error, so that a slip of the pen is one too.
 */
type Schema = Readonly<Record<string, unknown>>;

function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', additionalProperties: false, properties, required };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

function choice(...values: readonly string[]): Schema {
  return { enum: values };
}

const text: Schema = { type: 'string' };
const filled: Schema = { type: 'string', minLength: 1 };
const flag: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', minimum: 0 };
const intOrText: Schema = { type: ['integer', 'string'] };
/** RFC 1123 labels: the names of most objects, volumes, ports and containers. */
const label: Schema = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 };
const portName: Schema = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 15 };
const port: Schema = { type: 'integer', minimum: 1, maximum: 65_535 };
const quantity: Schema = { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$' };
const host: Schema = { type: 'string', pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' };

function texts(value: Schema = text): Schema {
  const key = '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$';
  return { type: 'object', propertyNames: { pattern: key }, additionalProperties: value };
}

const labels = texts({ type: 'string', pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$' });
const metadata = object({ name: label, labels, annotations: texts() }, ['name', 'labels']);
const selector = object({ matchLabels: labels }, ['matchLabels']);
const resources = object({
  requests: object({ cpu: quantity, memory: quantity }),
  limits: object({ cpu: quantity, memory: quantity }),
});

const seccompProfile = object({ type: choice('RuntimeDefault', 'Unconfined', 'Localhost') }, ['type']);
const podSecurity = object({
  runAsNonRoot: flag,
  runAsUser: count,
  runAsGroup: count,
  fsGroup: count,
  fsGroupChangePolicy: choice('OnRootMismatch', 'Always'),
  seccompProfile,
});
const containerSecurity = object({
  allowPrivilegeEscalation: flag,
  readOnlyRootFilesystem: flag,
  capabilities: object({ add: list(text), drop: list(text) }),
});

const keyOf = object({ name: label, key: filled, optional: flag }, ['name', 'key']);
const variable: Schema = {
  ...object(
    {
      name: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      value: text,
      valueFrom: object({ secretKeyRef: keyOf, configMapKeyRef: keyOf }),
    },
    ['name'],
  ),
  not: { required: ['value', 'valueFrom'] },
};

const httpGet = object({ path: filled, port: intOrText, scheme: choice('HTTP', 'HTTPS') }, ['port']);
const probe = object(
  { httpGet, initialDelaySeconds: count, periodSeconds: count, timeoutSeconds: count, failureThreshold: count },
  ['httpGet'],
);

const container = object(
  {
    name: label,
    image: { type: 'string', pattern: '^[a-z0-9./:_-]+:[\\w][\\w.-]{0,127}$' },
    imagePullPolicy: choice('Always', 'IfNotPresent', 'Never'),
    command: list(text),
    args: list(text),
    env: list(variable),
    ports: list(object({ name: portName, containerPort: port, protocol: choice('TCP', 'UDP') }, ['containerPort'])),
    startupProbe: probe,
    livenessProbe: probe,
    readinessProbe: probe,
    resources,
    securityContext: containerSecurity,
    volumeMounts: list(
      object({ name: label, mountPath: filled, readOnly: flag, subPath: text }, ['name', 'mountPath']),
    ),
  },
  ['name', 'image'],
);

const mode: Schema = { type: 'integer', minimum: 0, maximum: 0o777 };
const volume: Schema = {
  ...object(
    {
      name: label,
      emptyDir: object({ sizeLimit: quantity, medium: choice('', 'Memory') }),
      persistentVolumeClaim: object({ claimName: label, readOnly: flag }, ['claimName']),
      secret: object({ secretName: label, defaultMode: mode, optional: flag }, ['secretName']),
      configMap: object({ name: label, defaultMode: mode, optional: flag }, ['name']),
    },
    ['name'],
  ),
  // The name and exactly one source.
  minProperties: 2,
  maxProperties: 2,
};

const toleration = object({
  key: text,
  operator: choice('Exists', 'Equal'),
  value: text,
  effect: choice('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
  tolerationSeconds: count,
});
const spread = object(
  {
    maxSkew: { type: 'integer', minimum: 1 },
    topologyKey: filled,
    whenUnsatisfiable: choice('DoNotSchedule', 'ScheduleAnyway'),
    labelSelector: selector,
  },
  ['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
);

const pod = object(
  {
    serviceAccountName: label,
    automountServiceAccountToken: flag,
    enableServiceLinks: flag,
    terminationGracePeriodSeconds: count,
    securityContext: podSecurity,
    imagePullSecrets: list(object({ name: label }, ['name'])),
    containers: { ...list(container), minItems: 1 },
    volumes: list(volume),
    nodeSelector: labels,
    tolerations: list(toleration),
    affinity: { type: 'object' },
    topologySpreadConstraints: list(spread),
  },
  ['containers'],
);

function kind(apiVersion: string, name: string, rest: Readonly<Record<string, Schema>>, required: readonly string[]) {
  const own = { apiVersion: { const: apiVersion }, kind: { const: name }, metadata };
  return object({ ...own, ...rest }, ['apiVersion', 'kind', 'metadata', ...required]);
}

const deployment = object(
  {
    replicas: count,
    strategy: object(
      {
        type: choice('Recreate', 'RollingUpdate'),
        rollingUpdate: object({ maxSurge: intOrText, maxUnavailable: intOrText }),
      },
      ['type'],
    ),
    selector,
    template: object({ metadata: object({ labels, annotations: texts() }, ['labels']), spec: pod }, [
      'metadata',
      'spec',
    ]),
  },
  ['selector', 'template'],
);

const service = object(
  {
    type: choice('ClusterIP', 'NodePort', 'LoadBalancer'),
    selector: labels,
    ports: {
      ...list(object({ name: portName, port, targetPort: intOrText, protocol: choice('TCP', 'UDP') }, ['port'])),
      minItems: 1,
    },
  },
  ['ports'],
);

const claim = object(
  {
    accessModes: list(choice('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod')),
    storageClassName: label,
    resources: object({ requests: object({ storage: quantity }, ['storage']) }, ['requests']),
  },
  ['accessModes', 'resources'],
);

const backend = object(
  {
    service: object(
      { name: label, port: { ...object({ name: portName, number: port }), minProperties: 1, maxProperties: 1 } },
      ['name', 'port'],
    ),
  },
  ['service'],
);
const path = object({ path: { type: 'string', pattern: '^/' }, pathType: choice('Prefix', 'Exact'), backend }, [
  'pathType',
  'backend',
]);
const ingress = object({
  ingressClassName: label,
  tls: list(object({ hosts: list(host), secretName: label })),
  rules: list(object({ host, http: object({ paths: list(path) }, ['paths']) })),
});

const budget = object({ minAvailable: intOrText, maxUnavailable: intOrText, selector }, ['selector']);

/** By `kind`. */
export const kubernetesSchemas: Readonly<Record<string, Schema>> = {
  Deployment: kind('apps/v1', 'Deployment', { spec: deployment }, ['spec']),
  Service: kind('v1', 'Service', { spec: service }, ['spec']),
  ServiceAccount: kind('v1', 'ServiceAccount', { automountServiceAccountToken: flag }, []),
  PersistentVolumeClaim: kind('v1', 'PersistentVolumeClaim', { spec: claim }, ['spec']),
  Ingress: kind('networking.k8s.io/v1', 'Ingress', { spec: ingress }, ['spec']),
  PodDisruptionBudget: kind('policy/v1', 'PodDisruptionBudget', { spec: budget }, ['spec']),
};
