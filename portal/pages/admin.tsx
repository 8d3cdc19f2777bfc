export function AdminPage() {
  return <div className="page">Admin</div>;
}
