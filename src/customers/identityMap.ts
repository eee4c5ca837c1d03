import type { Identity } from './identity';

/** Things by identity: the type leads to the value, so that no text has to be made of the two for every look. */
export class IdentityMap<T> {
	private readonly byType = new Map<string, Map<string, T>>();

	get({ type, value }: Identity): T | undefined {
		return this.byType.get(type)?.get(value);
	}

	has({ type, value }: Identity): boolean {
		return this.byType.get(type)?.has(value) === true;
	}

	set({ type, value }: Identity, thing: T): void {
		const own = this.byType.get(type);
		if (own) own.set(value, thing);
		else this.byType.set(type, new Map([[value, thing]]));
	}
}
