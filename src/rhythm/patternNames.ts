export const RHYTHMS = ['regular', 'serial', 'long_cycle', 'seasonal', 'irregular', 'too_early'] as const;
export type Rhythm = (typeof RHYTHMS)[number];
