/** Gives a place back; calling it again changes nothing. */
export type Release = () => void;

export interface Places {
  /** One more place for `key`, or null when all of its places are taken. */
  take(key: string): Release | null;
  taken(key: string): number;
}

/** Counts what is open at the same time, per key. */
export function createPlaces(maxPerKey: number): Places {
  const counts = new Map<string, number>();

  return {
    take(key) {
      const count = counts.get(key) ?? 0;
      if (count >= maxPerKey) return null;
      counts.set(key, count + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        const left = (counts.get(key) ?? 1) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      };
    },
    taken: (key) => counts.get(key) ?? 0,
  };
}
