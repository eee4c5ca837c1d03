/** The same as every day, by another seed each time, and so many: a tenth of them on PostgreSQL. */
process.env.FC_SEED ??= String(Date.now() % 1_000_000);
process.env.FC_ENGINE_RUNS ??= '20000';
process.env.FC_ENGINE_SECONDS ??= '900';

require('../policy/engine.property.test');
require('../journeys/engine.property.test');
