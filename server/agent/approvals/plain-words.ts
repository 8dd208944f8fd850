/** Letters of other scripts that look like Latin ones: a page may spell "Pay" with them. */
const LOOK_LIKE = 'аɑαвсϲԁеҽεһніιıјкκӏмпηоοσрρгѕтτυνѵԝωхχуγʏᴘᴀ';
const LATIN = 'aaabccdeeehhiiijkklmnnooopprsttuvvwwxxyyypa';
const LOOKALIKES = new Map([...LOOK_LIKE].map((letter, index) => [letter, LATIN[index] ?? letter]));

const INVISIBLE = /[\p{Cf}\p{Cc}]|\u115f|\u1160|\u3164|\u034f/gu;

/** For people: nothing that hides, turns or stacks letters. */
export function withoutTricks(text: string): string {
  return text.replace(/\s+/g, ' ').replace(INVISIBLE, '').trim();
}

/** What a text says to a reader, spelled every way that our words may be: as meant, and as it looks. */
export function spellings(text: string): string[] {
  const plain = withoutTricks(text).normalize('NFKC').toLowerCase();
  const bare = plain.normalize('NFD').replace(/\p{M}/gu, '');
  const seen = [...bare].map((letter) => LOOKALIKES.get(letter) ?? letter).join('');
  const turned = /[\u202e\u202d]/.test(text) ? [[...seen].reverse().join('')] : [];
  // "P a y" is one word to the eye.
  const joined = /^(\S )+\S$/.test(seen) ? [seen.replaceAll(' ', '')] : [];
  return [...new Set([plain, bare, seen, ...turned, ...joined])];
}
