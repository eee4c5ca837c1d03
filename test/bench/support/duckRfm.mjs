/** RFM by DuckDB over a CSV file that was loaded into its table before. Prints a line of JSON. Usage: duckRfm.mjs FILE.csv DAY ROUNDS */
import { DuckDBInstance } from '@duckdb/node-api';

const [csv, day, rounds] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("SET temp_directory = ''");
await connection.run(`CREATE TABLE orders AS SELECT customer::INTEGER AS customer, ordered_on::DATE AS ordered_on, amount::DOUBLE AS amount FROM read_csv('${csv}')`);
const score = (expression) => `1 + (5 * (rank() OVER (ORDER BY ${expression}) - 1) // count(*) OVER ())`;
const figures = [];
for (let round = 0; round < Number(rounds); round++) {
	await connection.run('DROP TABLE IF EXISTS rfm');
	const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
	await connection.run(`
		CREATE TABLE rfm AS
		WITH totals AS (SELECT customer, max(ordered_on) AS last, count(*) AS orders, sum(amount) AS revenue FROM orders WHERE ordered_on >= DATE '${day}' - INTERVAL 24 MONTH AND ordered_on <= DATE '${day}' GROUP BY customer),
		scores AS (SELECT *, ${score('last')} AS r, ${score('orders')} AS f, ${score('revenue')} AS m FROM totals)
		SELECT *, CASE WHEN r >= 4 AND (f + m + 1) // 2 >= 4 THEN 'champions' WHEN r >= 3 AND (f + m + 1) // 2 >= 3 THEN 'loyal' WHEN r <= 2 AND (f + m + 1) // 2 >= 3 THEN 'at_risk' WHEN r <= 2 THEN 'lost' ELSE 'new' END AS rfm_group FROM scores`);
	const { user, system } = process.cpuUsage(cpu);
	figures.push({ seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6 });
}
const [[customers]] = (await connection.runAndReadAll('SELECT count(*)::INTEGER FROM rfm')).getRows();
process.stdout.write(`${JSON.stringify({ customers, rounds: figures, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`);
