import { killedAgainAndAgain } from './support/killsTest';

killedAgainAndAgain(10, 20_261_122);
