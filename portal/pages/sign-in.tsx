export function SignInPage() {
  return <div className="page">Sign in</div>;
}
