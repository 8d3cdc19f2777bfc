export function AdvisoryPage() {
  return <div className="page">Advisory</div>;
}
