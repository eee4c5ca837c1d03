/**
 * RFM by DuckDB over its own file. Prints a line of JSON. Usage: duckRfm.mjs load FILE.duckdb ORDERS.csv, once; then
 * duckRfm.mjs rfm FILE.duckdb DAY THREADS. The first query after opening is `seconds`: it begins with a file, as a refresh of
 * ours does; `warmSeconds` is the same query once more, with the file's blocks in DuckDB's own memory.
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [what, file, from, threads] = process.argv.slice(2);
const startedAt = performance.now();
const connection = await (await DuckDBInstance.create(file)).connect();
await connection.run("SET temp_directory = ''");
if (what === 'load') await connection.run(`CREATE TABLE orders AS SELECT customer::INTEGER AS customer, ordered_on::DATE AS ordered_on, amount::DOUBLE AS amount FROM read_csv('${from}')`);
else {
	await connection.run(`SET threads = ${Number(threads)}`);
	const [first, warm] = [await rfm(startedAt), await rfm()];
	const [[customers]] = (await connection.runAndReadAll('SELECT count(*)::INTEGER FROM rfm')).getRows();
	process.stdout.write(`${JSON.stringify({ customers, ...first, warmSeconds: warm.seconds, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`);
}
connection.closeSync();

async function rfm(since = performance.now()) {
	const cpu = process.cpuUsage();
	const score = (expression) => `1 + (5 * (rank() OVER (ORDER BY ${expression}) - 1) // count(*) OVER ())`;
	await connection.run(`
		CREATE OR REPLACE TEMP TABLE rfm AS
		WITH totals AS (SELECT customer, max(ordered_on) AS last, count(*) AS orders, sum(amount) AS revenue FROM orders WHERE ordered_on >= DATE '${from}' - INTERVAL 24 MONTH AND ordered_on <= DATE '${from}' GROUP BY customer),
		scores AS (SELECT *, ${score('last')} AS r, ${score('orders')} AS f, ${score('revenue')} AS m FROM totals)
		SELECT *, CASE WHEN r >= 4 AND (f + m + 1) // 2 >= 4 THEN 'champions' WHEN r >= 3 AND (f + m + 1) // 2 >= 3 THEN 'loyal' WHEN r <= 2 AND (f + m + 1) // 2 >= 3 THEN 'at_risk' WHEN r <= 2 THEN 'lost' ELSE 'new' END AS rfm_group FROM scores`);
	const { user, system } = process.cpuUsage(cpu);
	return { seconds: (performance.now() - since) / 1000, cpuSeconds: (user + system) / 1e6 };
}
