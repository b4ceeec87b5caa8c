// Counts each text of standard input (one JSON string a line) as sms-segments-calculator does.
const { createInterface } = require('node:readline');
const { SegmentedMessage } = require('sms-segments-calculator');

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = new SegmentedMessage(JSON.parse(line));
  const unit = message.encodingName === 'GSM-7' ? 7 : 16;
  const parts = message.segments.map((segment) =>
    [...segment].map((sign) => (sign.isReservedChar ? '' : sign.raw ?? '')).join(''));
  process.stdout.write(JSON.stringify({ encoding: message.encodingName, units: message.messageSize / unit, parts }) + '\n');
});
