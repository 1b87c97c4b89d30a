// Writes the Arrow files that Apache Arrow's JavaScript library writes otherwise than pyarrow does: a file that has its
// schema in the footer only, and a stream without the marks that came with Arrow 0.15. Both have the rows of
// 0.5·i − 3, [5, 4], as the column "a", in batches of 2, 0 and 3.
//
//     npm install apache-arrow@21 && node make_footer.mjs
import * as A from 'apache-arrow';
import fs from 'fs';

const rows = Array.from({ length: 5 }, (_, r) => Array.from({ length: 4 }, (_, c) => 0.5 * (4 * r + c) - 3));
const list = new A.List(new A.Field('item', new A.Float32(), true));
const table = new A.Table({ a: A.vectorFromArray(rows, list) });
const parts = [table.slice(0, 2), table.slice(2, 2), table.slice(2, 5)];

for (const [name, Writer, options] of [
  ['footer.arrow', A.RecordBatchFileWriter, {}],
  ['unmarked.arrow', A.RecordBatchStreamWriter, { writeLegacyIpcFormat: true }],
]) {
  const writer = new Writer(options);
  for (const part of parts) for (const batch of part.batches) writer.write(batch);
  writer.finish();
  fs.writeFileSync(new URL(name, import.meta.url), writer.toUint8Array(true));
}
