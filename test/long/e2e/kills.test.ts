import { killedAgainAndAgain } from '../../e2e/support/killsTest';

killedAgainAndAgain(Number(process.env.N8N_KILLS ?? 50), Number(process.env.FC_SEED ?? Date.now() % 100_000));
