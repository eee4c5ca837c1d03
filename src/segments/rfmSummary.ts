import { valueAt } from '../features/figureRows';
import type { AllColumns } from '../features/figureRows';
import { RFM_GROUPS, type RfmGroup } from './rfmGroups';

/** How many customers are in each group and in each cell of R, F and M; counted part by part. */
export class RfmSummary {
	/** With an order. */
	customers = 0;
	private readonly byGroup = new Map<RfmGroup, { customers: number; revenueE4: number }>(RFM_GROUPS.map((group) => [group, { customers: 0, revenueE4: 0 }]));
	private readonly byCell = new Map<string, number>();

	add(columns: AllColumns): void {
		const [group, r, f, m, revenue] = (['rfm_group', 'r', 'f', 'm', 'revenue_e4'] as const).map((name) => columns.get(name));
		if (!group || !r || !f || !m || !revenue || !('codes' in group)) return;
		for (let place = 0; place < group.codes.length; place++) {
			const counted = this.byGroup.get(group.labels[group.codes[place]] as RfmGroup);
			if (!counted) continue;
			this.customers++;
			counted.customers++;
			counted.revenueE4 += valueAt(revenue, place, true) as number;
			const cell = [r, f, m].map((column) => valueAt(column, place, true)).join(' ');
			this.byCell.set(cell, (this.byCell.get(cell) ?? 0) + 1);
		}
	}

	/** All eleven, best first. */
	get groups(): { group: RfmGroup; customers: number; revenueE4: number }[] {
		return [...this.byGroup].map(([group, counted]) => ({ group, ...counted }));
	}

	/** Cells that somebody is in, best first. */
	get cells(): { r: number; f: number; m: number; customers: number }[] {
		return [...this.byCell]
			.map(([cell, customers]) => {
				const [r, f, m] = cell.split(' ').map(Number);
				return { r, f, m, customers };
			})
			.sort((a, b) => b.r - a.r || b.f - a.f || b.m - a.m);
	}
}
