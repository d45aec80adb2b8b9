// Drives PayPal's own SDK against the address in argv[2], and prints what it got.
'use strict';

const {core, payouts} = require('@paypal/payouts-sdk');

const environment = new core.PayPalEnvironment('client', 'secret', process.argv[2], process.argv[2]);
const client = new core.PayPalHttpClient(environment);

const request = () => new payouts.PayoutsPostRequest().requestBody({
  sender_batch_header: {sender_batch_id: 'node-1', email_subject: 'Your pay'},
  items: ['ann@example.com', 'unclaimed@example.com', 'fail@example.com'].map((receiver, index) => ({
    recipient_type: 'EMAIL',
    receiver,
    amount: {currency: 'USD', value: '10.00'},
    sender_item_id: `item-${index}`,
  })),
});

async function main() {
  const created = await client.execute(request());
  const batchId = created.result.batch_header.payout_batch_id;
  const duplicate = await client.execute(request()).catch((error) => error);
  const pages = [];
  for (const page of [1, 2]) {
    const get = new payouts.PayoutsGetRequest(batchId).page(page).pageSize(2).totalRequired(true);
    pages.push((await client.execute(get)).result);
  }
  const unclaimed = pages[0].items[1].payout_item_id;
  const item = await client.execute(new payouts.PayoutsItemGetRequest(unclaimed));
  const cancelled = await client.execute(new payouts.PayoutsItemCancelRequest(unclaimed));
  console.log(JSON.stringify({
    created: created.statusCode,
    duplicate: [duplicate.statusCode, JSON.parse(duplicate.message).details[0].link[0].href.endsWith(batchId)],
    pages: pages.map((page) => [page.total_items, page.items.map((one) => one.transaction_status)]),
    item: [item.result.sender_batch_id, item.result.transaction_status],
    cancelled: [cancelled.statusCode, cancelled.result.transaction_status],
  }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
