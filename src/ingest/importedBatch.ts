/** What became of a batch of imported rows; `index` is the place in the batch. */
export interface ImportedBatch {
	accepted: number;
	duplicates: number;
	rejected: { index: number; reason: string }[];
}
