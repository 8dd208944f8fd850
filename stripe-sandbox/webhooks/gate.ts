export interface Gate {
  /** Runs the work when one of the places is free. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(places: number): Gate {
  const queue: (() => void)[] = [];
  let free = places;

  return {
    async pass(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await work();
      } finally {
        // The place goes straight to the next in line, so nobody slips in between.
        const next = queue.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
