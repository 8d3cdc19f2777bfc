import type { Distribution } from '#model/package.ts';

/**
 * Who builds packages for other people's distributions: by what stands as Maintainer (deb) or Vendor (rpm), or by a mark in
 * the version. A distribution's advisories do not speak of these packages, even under the same name.
 */
const makers: readonly (readonly [name: string, text: RegExp])[] = [
  ['Adoptium', /\badoptium\b|@eclipse\.org>/i],
  ['Amazon', /^amazon\.com\b|^amazon corretto\b|@amazon\.com>/i],
  ['AMD', /^advanced micro devices\b|@amd\.com>/i],
  ['Azul', /^azul\b|@azul\.com>/i],
  ['ClickHouse', /@clickhouse\.com>|^clickhouse\b/i],
  ['Cloudflare', /@cloudflare\.com>|^cloudflare\b/i],
  ['Confluent', /@confluent\.io>|^confluent\b/i],
  ['CrowdStrike', /^crowdstrike\b/i],
  ['Datadog', /\bdatadog\b|@datadoghq\.com>/i],
  ['Docker', /^docker\b|@docker\.com>/i],
  ['Elastic', /^elastic(?:search)?\b|@elastic\.co>/i],
  ['GitHub', /@github\.com>|^github\b/i],
  ['GitLab', /^gitlab\b|@gitlab\.com>/i],
  ['Google', /^google\b|^chrome linux team\b|^cloud ?sdk\b/i],
  ['Grafana', /^grafana\b|^raintank\b|@grafana\.com>/i],
  ['HashiCorp', /^hashicorp\b|@hashicorp\.com>/i],
  ['InfluxData', /^influx(?:data|db)\b|@influxd(?:ata|b)\.com>/i],
  ['Intel', /^intel corporation\b|@intel\.com>/i],
  ['Jenkins', /^jenkins\b|@kohsuke\.org>/i],
  ['Kubernetes', /^kubernetes authors\b/i],
  ['MariaDB', /^mariadb\b|@mariadb\.(?:org|com)>/i],
  ['Microsoft', /^microsoft\b|@microsoft\.com>|@dotnetfoundation\.org>/i],
  ['MongoDB', /^mongodb\b|@mongodb\.com>|@10gen\.com>/i],
  ['MySQL', /^mysql\b|^oracle and\/or its affiliates|mysql-build@/i],
  ['Neo4j', /^neo4j\b|@neo4j\.(?:com|org)>/i],
  ['New Relic', /^new relic\b|@newrelic\.com>/i],
  ['NGINX', /^nginx\b|@nginx\.com>|@f5\.com>/i],
  ['NodeSource', /\bnodesource\b/i],
  ['NVIDIA', /^nvidia corporation\b|^nvidia$|^cudatools\b|@nvidia\.com>/i],
  ['Percona', /\bpercona\b/i],
  ['PostgreSQL Global Development Group', /^postgresql global development group\b/i],
  ['Puppet', /^puppet\b|@puppet(?:labs)?\.com>/i],
  ['RabbitMQ', /\brabbitmq\b/i],
  ['Remi Collet', /^remi collet\b|^remi's rpm/i],
  ['Salt Project', /^salt (?:project|stack)|^saltstack\b|@saltproject\.io>/i],
  ['Splunk', /^splunk\b|@splunk\.com>/i],
  ['Sysdig', /@sysdig\.com>|^sysdig\b/i],
  ['Tailscale', /@tailscale\.com>|^tailscale\b/i],
  ['Varnish Software', /^varnish software\b|@varnish-software\.com>/i],
  ['Yarn', /^yarn developers\b/i],
  ['Zabbix', /^zabbix sia\b|@zabbix\.com>/i],
];

const versionMarks: readonly (readonly [name: string, text: RegExp])[] = [
  ['PostgreSQL Global Development Group', /[.+~]pgdg|PGDG/],
  ['deb.sury.org', /deb\.sury\.org/],
  ['Redis', /-\d+rl\d+~/],
];

/** Distributions' own people, many of whom look after software of the companies above. */
const DISTRIBUTORS =
  /debian|ubuntu|canonical|raspb|kali\.org|fedora ?project|red ?hat|suse\b|\balma|rocky|openeuler|mageia/i;

/** os-release IDs of the distributions that a maker makes himself. */
const ownDistributions: Readonly<Record<string, readonly string[]>> = {
  Amazon: ['amzn', 'bottlerocket'],
  Google: ['cos'],
  Microsoft: ['azurelinux', 'mariner'],
  MySQL: ['ol'],
};

/** The maker of a package that is not the distribution's own; undefined for all others. */
export function makerOf(text: string, version: string, distribution: Distribution | null): string | undefined {
  const marked = versionMarks.find(([, pattern]) => pattern.test(version))?.[0];
  if (marked !== undefined) return marked;
  if (text === '' || DISTRIBUTORS.test(text)) return undefined;
  const name = makers.find(([, pattern]) => pattern.test(text))?.[0];
  return name && ownDistributions[name]?.includes(distribution?.id ?? '') ? undefined : name;
}
