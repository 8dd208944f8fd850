import { useEffect, useState } from 'react';

const read = () => window.location.hash.slice(1);

/** The secret after the #, taken out of the address bar, its history and the reach of screenshots. [AUTH-5] */
export function useFragmentSecret(): string {
  const [secret, setSecret] = useState(read);
  useEffect(() => {
    const take = () => {
      if (read() === '') return;
      setSecret(read());
      window.history.replaceState(window.history.state, '', window.location.pathname);
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return secret;
}
