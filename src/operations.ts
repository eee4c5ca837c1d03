import { beginMining, endMining, learnedOffers, offerModelInfo, saveOfferModel } from './bundles/offerModels';
import { readGroups, readMessages, readProductNames } from './bundles/bystanders';
import { anonymousPurchases } from './bundles/keptPurchases';
import { readPurchases } from './bundles/purchases';
import { recommendOffers } from './bundles/recommendOffers';
import { offerResults, settleOffers } from './bundles/settleOffers';
import { getConsents, setConsents } from './customers/consents';
import { addCodes, issueCoupons } from './coupons/issue';
import { redeemCoupons } from './coupons/redeem';
import { eraseCustomer } from './customers/erase';
import { findCustomers, getCustomers } from './customers/find';
import { exportCustomer } from './customers/export/exportCustomer';
import { mergeCustomers } from './customers/merge/merge';
import { unmergeCustomers } from './customers/merge/unmerge';
import { addNotes } from './customers/notes';
import { proofFolder } from './customers/proof/proofFolder';
import { customerRecord } from './customers/record';
import { finishTasks, takeTasks } from './customers/taskChanges';
import { createTasks, listTasks } from './customers/tasks';
import { upsertCustomers } from './customers/upsert';
import { splitCustomers } from './experiments/split';
import { cancelOrders, refundOrders } from './ingest/changeOrders';
import { finishImport, importConsents, importCustomers, importEvents, importMessages, importOrderLines, importProducts, importSubscriptions } from './ingest/importRows';
import { useTokens } from './ingest/mailSignatures/signedOnce';
import { recordOrders } from './ingest/recordOrders';
import { discardSetAside, letIn, listSetAside } from './ingest/setAside';
import { trackEvents } from './ingest/track';
import { upsertSubscriptions } from './ingest/upsertSubscriptions';
import { upsertProducts } from './ingest/upsertProducts';
import { buildColumns, missingColumns, outdatedColumns, readColumns, updateColumns } from './features/columnStore';
import { figuresOfCustomer } from './features/figuresOfCustomer';
import { customerKeys, featurePage } from './features/featurePage';
import { pieceMargins } from './features/shopMargins';
import { listenedFigures } from './features/listened';
import { configureFigures, figureSettings, saveModels } from './features/models';
import { beginRefresh, endRefresh, keepRefresh, refreshStatus } from './features/refreshState';
import { markWritten, saveDrifted, saveFigures } from './features/saveFigures';
import { findProducts } from './goods/findProducts';
import { goodsBought, saveGoods } from './goods/goodsModels';
import { goodsOfCustomer } from './goods/goodsOfCustomer';
import { clickLink } from './links/click';
import { moveByHand, skipWait, startByHand, stopByHand } from './journeys/byHand';
import { enterByDate } from './journeys/dates/enterByDate';
import { countInside } from './journeys/dates/inside';
import { journeyChoices } from './journeys/choices';
import { endJourney, journeyOverview } from './journeys/endJourney';
import { nextDue } from './journeys/nextDue';
import { running } from './journeys/owners';
import { passengers } from './journeys/passengers';
import { park } from './journeys/park';
import { closeNode, heartbeat, registerJourney, registerStep } from './journeys/register';
import { deadLetters, redrive } from './journeys/deadLetters';
import { claimBatch, renewBatch, takeBatch } from './journeys/release';
import { settleBatch } from './journeys/settle';
import { tend } from './journeys/tend';
import { waitingList } from './journeys/waiting';
import { checkMessages } from './policy/checkMessages';
import { decideBatch } from './policy/decideBatch';
import { passPolicy } from './policy/pass';
import { getPolicy, savePolicy } from './policy/policies';
import { recordMessages } from './policy/recordMessages';
import { forecastOutlook, forecastSetting } from './policy/forecast/outlook';
import { forecastPast } from './policy/forecast/past';
import { explainMessages } from './policy/why/explain';
import { unknownMessages } from './policy/unknownMessages';
import { confirmConsent } from './policy/confirmConsent';
import { unsubscribe } from './policy/unsubscribe';
import { checkSegment, countCustomers, segmentChoices, segmentMembers } from './segments/members';
import { claimPage, renewPage, settlePage, takePage } from './segments/runPages';
import { controlRun, listRuns, startRun } from './segments/runs';
import { rfmOverview } from './segments/rfmMap';
import { startInside } from './segments/startInside';
import { keepUpSegment, lookAtSegment } from './segments/sweep';
import { getSegment, keepSize, listSegments, removeSegment, saveSegment } from './segments/saving';
import { advanceClock, configureStore, setClock, storeInfo, storeSettings } from './store/admin';
import { aboutCustomers, preferenceFacts, productCategories } from './preferences/facts';
import { renewPreferences } from './preferences/renewPreferences';
import { keptPreferences, savePreferences, settleHistory } from './preferences/savePreferences';
import { leadsPage } from './scoring/cases';
import { routeLeads } from './scoring/route';
import { orderCounts, peoplePage } from './quality/people';
import { listScores, saveScore } from './scoring/savedScores';
import { keepStages } from './lifecycle/keepStages';
import { stagesOf } from './lifecycle/stagesOf';
import { stageSummary } from './lifecycle/summary';
import { tendLeads } from './scoring/tend';
import { checkStore } from './store/doctor';
import { readPayments } from './value/payments';

/** Everything a store can be asked for, by name: the one list that both databases run. */
export const operations = {
	'customers.upsert': upsertCustomers,
	'customers.get': getCustomers,
	'customers.find': findCustomers,
	'customers.export': exportCustomer,
	'customers.proof': proofFolder,
	'customers.merge': mergeCustomers,
	'customers.unmerge': unmergeCustomers,
	'customers.erase': eraseCustomer,
	'customers.record': customerRecord,
	'notes.add': addNotes,
	'tasks.create': createTasks,
	'tasks.take': takeTasks,
	'tasks.done': finishTasks,
	'tasks.list': listTasks,
	'consents.set': setConsents,
	'consents.get': getConsents,
	'events.track': trackEvents,
	'events.setAside': listSetAside,
	'events.letIn': letIn,
	'events.discard': discardSetAside,
	'orders.record': recordOrders,
	'orders.cancel': cancelOrders,
	'orders.refund': refundOrders,
	'products.upsert': upsertProducts,
	'subscriptions.upsert': upsertSubscriptions,
	'messages.record': recordMessages,
	'messages.check': checkMessages,
	'messages.useTokens': useTokens,
	'import.customers': importCustomers,
	'import.consents': importConsents,
	'import.events': importEvents,
	'import.products': importProducts,
	'import.subscriptions': importSubscriptions,
	'import.messages': importMessages,
	'import.orderLines': importOrderLines,
	'import.finish': finishImport,
	'journeys.register': registerJourney,
	'journeys.registerStep': registerStep,
	'journeys.heartbeat': heartbeat,
	'journeys.running': running,
	'journeys.close': closeNode,
	'journeys.park': park,
	'journeys.takeBatch': takeBatch,
	'journeys.claimBatch': claimBatch,
	'journeys.renewBatch': renewBatch,
	'journeys.settleBatch': settleBatch,
	'journeys.tend': tend,
	'journeys.deadLetters': deadLetters,
	'journeys.redrive': redrive,
	'journeys.enterByDate': enterByDate,
	'journeys.countInside': countInside,
	'journeys.start': startByHand,
	'journeys.stop': stopByHand,
	'journeys.skipWait': skipWait,
	'journeys.move': moveByHand,
	'journeys.list': passengers,
	'journeys.choices': journeyChoices,
	'journeys.overview': journeyOverview,
	'journeys.end': endJourney,
	'journeys.nextDue': nextDue,
	'journeys.waiting': waitingList,
	'experiments.split': splitCustomers,
	'coupons.issue': issueCoupons,
	'coupons.redeem': redeemCoupons,
	'coupons.addCodes': addCodes,
	'leads.save': saveScore,
	'leads.list': listScores,
	'leads.route': routeLeads,
	'leads.tend': tendLeads,
	'leads.page': leadsPage,
	'lifecycle.keep': keepStages,
	'lifecycle.stages': stagesOf,
	'lifecycle.summary': stageSummary,
	'policy.pass': passPolicy,
	'policy.decide': decideBatch,
	'policy.save': savePolicy,
	'policy.get': getPolicy,
	'policy.unknown': unknownMessages,
	'policy.explain': explainMessages,
	'segments.save': saveSegment,
	'segments.get': getSegment,
	'segments.list': listSegments,
	'segments.remove': removeSegment,
	'segments.check': checkSegment,
	'segments.members': segmentMembers,
	'segments.customers': countCustomers,
	'segments.choices': segmentChoices,
	'segments.look': lookAtSegment,
	'segments.keepUp': keepUpSegment,
	'segments.startInside': startInside,
	'segments.startRun': startRun,
	'segments.runs': listRuns,
	'segments.controlRun': controlRun,
	'segments.takePage': takePage,
	'segments.claimPage': claimPage,
	'segments.renewPage': renewPage,
	'segments.settlePage': settlePage,
	'segments.rfmOverview': rfmOverview,
	'segments.keepSize': keepSize,
	'bundles.purchases': readPurchases,
	'bundles.anonymous': anonymousPurchases,
	'bundles.groups': readGroups,
	'bundles.messages': readMessages,
	'bundles.productNames': readProductNames,
	'offers.recommend': recommendOffers,
	'offers.settle': settleOffers,
	'offers.results': offerResults,
	'offers.learned': learnedOffers,
	'offers.model': offerModelInfo,
	'offers.beginMining': beginMining,
	'offers.endMining': endMining,
	'offers.saveModel': saveOfferModel,
	'figures.status': refreshStatus,
	'figures.settings': figureSettings,
	'figures.configure': configureFigures,
	'figures.begin': beginRefresh,
	'figures.keep': keepRefresh,
	'figures.end': endRefresh,
	'figures.outdated': outdatedColumns,
	'figures.updateColumns': updateColumns,
	'figures.readColumns': readColumns,
	'figures.missingColumns': missingColumns,
	'figures.buildColumns': buildColumns,
	'figures.margins': pieceMargins,
	'figures.saveModels': saveModels,
	'figures.listened': listenedFigures,
	'figures.save': saveFigures,
	'figures.saveDrifted': saveDrifted,
	'figures.markWritten': markWritten,
	'preferences.facts': preferenceFacts,
	'preferences.categories': productCategories,
	'preferences.about': aboutCustomers,
	'preferences.kept': keptPreferences,
	'preferences.settle': settleHistory,
	'preferences.renew': renewPreferences,
	'preferences.save': savePreferences,
	'figures.page': featurePage,
	'figures.of': figuresOfCustomer,
	'figures.keys': customerKeys,
	'goods.bought': goodsBought,
	'goods.save': saveGoods,
	'goods.find': findProducts,
	'goods.ofCustomer': goodsOfCustomer,
	'value.payments': readPayments,
	'forecast.setting': forecastSetting,
	'forecast.past': forecastPast,
	'forecast.outlook': forecastOutlook,
	'links.unsubscribe': unsubscribe,
	'links.click': clickLink,
	'links.confirm': confirmConsent,
	'store.info': storeInfo,
	'store.settings': storeSettings,
	'store.configure': configureStore,
	'clock.advance': advanceClock,
	'clock.set': setClock,
	'doctor.check': checkStore,
	'doctor.people': peoplePage,
	'doctor.orderCounts': orderCounts,
} as const;

export type OperationName = keyof typeof operations;
export type OperationInput<K extends OperationName> = Parameters<(typeof operations)[K]['run']>[1];
export type OperationOutput<K extends OperationName> = Awaited<ReturnType<(typeof operations)[K]['run']>>;
