export function AdvisoriesPage() {
  return <div className="page">Advisories</div>;
}
