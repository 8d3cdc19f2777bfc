export function EntryPage() {
  return <div className="page">Entry</div>;
}
