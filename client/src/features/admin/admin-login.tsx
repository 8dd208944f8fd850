import { type FormEvent, useId, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { sentenceFor } from '../../lib/problem-error.ts';
import { adminApi } from './admin-api.ts';

export function AdminLogin({ onSignedIn }: { onSignedIn(): void }) {
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const inputId = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || password === '') return;
    setBusy(true);
    setFailure(null);
    try {
      await adminApi.login(password);
      onSignedIn();
    } catch (error) {
      setFailure(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} className="mt-6 rounded-2xl border border-line bg-card p-7 sm:mt-12 sm:p-10">
      <h1 className="font-display text-2xl font-bold sm:text-3xl">Operator</h1>
      <label htmlFor={inputId} className="mt-6 block text-sm font-semibold">
        Password
      </label>
      <input
        id={inputId}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        className="mt-1.5 block min-h-11 w-full max-w-sm rounded-lg border border-line-strong bg-paper px-3"
      />
      <p role="alert" className="mt-2 min-h-6 text-sm text-red">
        {failure}
      </p>
      <Button type="submit" look="primary" aria-disabled={busy} className="mt-2">
        Sign in
      </Button>
    </form>
  );
}
