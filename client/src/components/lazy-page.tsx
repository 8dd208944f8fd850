import { type ComponentType, useEffect, useState } from 'react';

/**
 * A page in a chunk of its own, like React's `lazy` but without Suspense: that holds back what comes after
 * a fallback until 300 ms have passed, and the first frame with it. [PERF-4] [PERF-5]
 */
export function lazyPage<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let Page: ComponentType<Props> | null = null;
  return function LazyPage(props: Props) {
    const [, setLoaded] = useState(false);
    const [failure, setFailure] = useState<Error | null>(null);
    useEffect(() => {
      if (Page) return;
      load().then((page) => {
        Page = page;
        setLoaded(true);
      }, setFailure);
    }, []);
    if (failure) throw failure; // to the boundary above
    return Page && <Page {...props} />;
  };
}
