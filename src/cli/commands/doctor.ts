import { dataQuality } from '../dataQuality';
import { findingsOf, mark } from '../doctorFindings';
import { EXIT } from '../exitCodes';
import { packageVersion } from '../packageVersion';
import type { Register } from '../program';
import { count, counted, iso, table } from '../words';

/** Pairs of customers that are shown; `--json` has them all. */
const SHOWN = 20;

/** Messages in doubt that `doctor` lists, at most. */
const LISTED = 1000;

/** `doctor`: is the store sound, is n8n set up for it, is anything stuck? Exit code 1 when something is broken. */
export const registerDoctor: Register = (program, run) => {
	program
		.command('doctor')
		.description('check the store, the versions, the data and what is stuck; exit code 1 when something is broken')
		.action(
			run(async (context) =>
				context.withStore(async (store) => {
					const info = await store.run('store.info', {});
					const quality = await dataQuality(store);
					const findings = [...(await findingsOf(store, context.terminal.env)), ...quality.findings];
					const { duplicates } = quality;
					const unknownMessages = (await store.run('policy.unknown', { limit: LISTED })).map(({ at, ...message }) => ({ ...message, handedOverAt: iso(at) }));
					const versions = { node: process.versions.node, package: packageVersion(), schema: info.schemaVersion };
					const summary = { errors: findings.filter(({ level }) => level === 'error').length, warnings: findings.filter(({ level }) => level === 'warning').length };
					const document = {
						asOf: iso(info.now),
						store: { label: store.label, storeId: info.storeId, kind: info.kind, timeZone: info.zone, currency: info.currency, movableClock: info.movableClock, counts: info.counts },
						versions,
						...summary,
						findings,
						unknownMessages,
						duplicates,
					};
					await context.answer(document, () => {
						const { customers, orders, events, products, waiting, touches } = info.counts;
						const counts = [counted(customers, 'customer'), counted(orders, 'order'), counted(events, 'event'), counted(products, 'product'), counted(touches, 'message'), `${count(waiting)} waiting`];
						return [
							`Node ${versions.node}, n8n-nodes-customer-journeys ${versions.package}, schema ${versions.schema}; ${counts.join(', ')}.\n`,
							table(['', 'Check', 'Found'], findings.map((finding) => [mark(finding.level), finding.check, finding.text])),
							...(unknownMessages.length > 0
								? ['Handed over before a crash, never reported. Look in the mail system, then record the result (Customer Data > Message) under this key:', table(['Key', 'Customer', 'Channel', 'Handed over'], unknownMessages.map((message) => [message.key, message.customer, message.channel, message.handedOverAt]))]
								: []),
							...(duplicates.length > 0 ? ['Customers who look like one person:', table(['Customer', 'Other', 'Sure', 'Because of'], duplicates.slice(0, SHOWN).map(({ customer, other, sure, why }) => [customer, other, sure, why.join(', ')])), ...(duplicates.length > SHOWN ? [`and ${count(duplicates.length - SHOWN)} more: --json lists them.\n`] : [])] : []),
							`${counted(summary.errors, 'error')}, ${counted(summary.warnings, 'warning')}.\n`,
						].join('\n');
					});
					return summary.errors > 0 ? EXIT.failed : EXIT.ok;
				}),
			),
		);
};
