export function CatalogPage() {
  return <div className="page">Catalog</div>;
}
