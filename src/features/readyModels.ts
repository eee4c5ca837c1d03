import { modelPlans } from '../store/plans/featurePlans';
import { offerModelPlans } from '../store/plans/offerPlans';
import type { Tx } from '../store/port';

/** A process meets few stores; those that were asked last stay. */
const MOST_READY = 8;

/** The newest models of one name made ready for questions, by store: the text of a large one is parsed once per version. */
export class ReadyModels<Ready> {
	private readonly ready = new Map<string, { version: number; made: Ready }>();

	/** @param make of the model's parsed body */
	constructor(
		private readonly name: string,
		private readonly make: (body: unknown) => Ready,
	) {}

	/** @returns undefined as long as nothing was learned */
	async newest(tx: Tx): Promise<Ready | undefined> {
		const latest = await tx.first(offerModelPlans.latestVersion, { name: this.name });
		if (!latest) return undefined;
		const known = this.ready.get(tx.storeId);
		if (known?.version === latest.version) return known.made;
		const row = await tx.first(modelPlans.latest, { name: this.name });
		if (!row) return undefined;
		const made = this.make(JSON.parse(row.body));
		this.ready.delete(tx.storeId);
		this.ready.set(tx.storeId, { version: row.version, made });
		for (const oldest of this.ready.keys()) {
			if (this.ready.size <= MOST_READY) break;
			this.ready.delete(oldest);
		}
		return made;
	}
}
