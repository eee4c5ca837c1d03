import { findingsOf, mark } from '../doctorFindings';
import { EXIT } from '../exitCodes';
import { packageVersion } from '../packageVersion';
import type { Register } from '../program';
import { count, counted, iso, table } from '../words';

/** `doctor`: is the store sound, is n8n set up for it, is anything stuck? Exit code 1 when something is broken. */
export const registerDoctor: Register = (program, run) => {
	program
		.command('doctor')
		.description('check the store, the versions, the data and what is stuck; exit code 1 when something is broken')
		.action(
			run(async (context) =>
				context.withStore(async (store) => {
					const info = await store.run('store.info', {});
					const findings = await findingsOf(store, context.terminal.env);
					const versions = { node: process.versions.node, package: packageVersion(), schema: info.schemaVersion };
					const summary = { errors: findings.filter(({ level }) => level === 'error').length, warnings: findings.filter(({ level }) => level === 'warning').length };
					const document = {
						asOf: iso(info.now),
						store: { label: store.label, storeId: info.storeId, kind: info.kind, timeZone: info.zone, currency: info.currency, movableClock: info.movableClock, counts: info.counts },
						versions,
						...summary,
						findings,
					};
					await context.answer(document, () => {
						const { customers, orders, events, products, waiting, touches } = info.counts;
						const counts = [counted(customers, 'customer'), counted(orders, 'order'), counted(events, 'event'), counted(products, 'product'), counted(touches, 'message'), `${count(waiting)} waiting`];
						return [
							`Node ${versions.node}, n8n-nodes-customer-journeys ${versions.package}, schema ${versions.schema}; ${counts.join(', ')}.\n`,
							table(['', 'Check', 'Found'], findings.map((finding) => [mark(finding.level), finding.check, finding.text])),
							`${counted(summary.errors, 'error')}, ${counted(summary.warnings, 'warning')}.\n`,
						].join('\n');
					});
					return summary.errors > 0 ? EXIT.failed : EXIT.ok;
				}),
			),
		);
};
