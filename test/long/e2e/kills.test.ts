import { killedAgainAndAgain } from '../../e2e/support/killsTest';

killedAgainAndAgain(50, Number(process.env.FC_SEED ?? Date.now() % 100_000));
