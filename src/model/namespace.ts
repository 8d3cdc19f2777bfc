/** The first path segment of a repository name; rules and roles hang on it. */
export function namespaceOf(repository: string): string {
  return repository.split('/', 1)[0] ?? repository;
}

export type NamespaceKind = 'intake' | 'catalog';

/** The namespaces of a new installation: what is pushed to `staging/` is judged, and cataloged in `golden/`. */
export const INTAKE_NAMESPACE = 'staging';
export const CATALOG_NAMESPACE = 'golden';

export function kindOfNamespace(namespace: string): NamespaceKind | undefined {
  if (namespace === INTAKE_NAMESPACE) return 'intake';
  return namespace === CATALOG_NAMESPACE ? 'catalog' : undefined;
}

/** `staging/P` → `golden/P`. */
export function catalogRepository(intakeRepository: string): string {
  return CATALOG_NAMESPACE + intakeRepository.slice(namespaceOf(intakeRepository).length);
}

/** `golden/P` → `staging/P`. */
export function intakeRepository(catalogName: string): string {
  return INTAKE_NAMESPACE + catalogName.slice(namespaceOf(catalogName).length);
}
