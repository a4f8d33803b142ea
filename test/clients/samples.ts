/** A sample as slime posts it; the other clients make theirs of it. */
export interface Sample {
  readonly prompt: string;
  readonly response: string;
  readonly label: string | null;
}

const WORDS = ['water', '12', 'the', 'cactus', 'rarely', '—', 'and', 'never', 'noon,', '🌵', 'sand', '3.5'];

/** Responses of 1 to 80 words, the same at every run, among them some outside of ASCII. */
export function makeSamples(count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => ({
    prompt: `Question ${i % 25}: how do I water a cactus? `,
    response: Array.from(
      { length: 1 + ((i * 37) % 80) },
      (_, j) => WORDS[(i * 7 + j * 5) % WORDS.length],
    ).join(' '),
    label: i % 3 === 0 ? null : `label ${i}`,
  }));
}

/** The length that the service measures: code points. */
export const lengthOf = ({ response }: Sample): number => [...response].length;
