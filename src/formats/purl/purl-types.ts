export interface PurlNames {
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
}

type Rule = (names: PurlNames) => PurlNames;

const lowerNames: Rule = (names) => ({
  ...names,
  namespace: names.namespace.toLowerCase(),
  name: names.name.toLowerCase(),
});
const lowerNamespace: Rule = (names) => ({ ...names, namespace: names.namespace.toLowerCase() });
const lowerName: Rule = (names) => ({ ...names, name: names.name.toLowerCase() });
const python: Rule = (names) => ({ ...names, name: names.name.toLowerCase().replaceAll('_', '-') });

/**
 * What each type says about its names; types that are not here keep them as they are.
 * https://github.com/package-url/purl-spec/tree/main/types
 */
const rules = new Map<string, Rule>([
  ['alpm', lowerNames],
  ['apk', lowerNames],
  ['bitbucket', lowerNames],
  ['bitnami', lowerName],
  ['composer', lowerNames],
  ['deb', lowerNames],
  ['github', lowerNames],
  ['hex', lowerNames],
  ['oci', lowerName],
  ['pub', lowerName],
  ['pypi', python],
  ['qpkg', lowerNamespace],
  ['rpm', lowerNamespace],
]);

export function normalizePurl(names: PurlNames): PurlNames {
  return rules.get(names.type)?.(names) ?? names;
}
